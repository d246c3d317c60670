"""Published agreement on the same kind of labels: a frame of reference, not a threshold to pass.

The texts, the rules and the way of counting differ from ours in places.
"""

# Stefanovitch and Piskorski, EMNLP 2023 (main.6): persuasion techniques of SemEval-2023 task 3.
# Krippendorff's alpha before curation.
ALL, UPPER_HALF, LOWER_HALF, CURATORS = 0.342, 0.415, 0.250, 0.588
# Micro-F1 of annotators against the labels after curation: mean, standard deviation.
UPPER_F1, LOWER_F1 = (0.603, 0.119), (0.284, 0.081)
CHECKTHAT = 0.404  # alpha, CheckThat! 2024
PTC_GAMMA = (0.30, 0.34)  # of spans in the propaganda techniques corpus: another measure than ours

SOURCE = "Stefanovitch and Piskorski, EMNLP 2023, main.6"
