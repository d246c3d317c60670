import random

from annotate.articles.language import _identifier

SAMPLES = (
    "",
    "a",
    "The mayor said that the pier would be closed for the winter, and nobody believed him.",
    "Der Bürgermeister sagte, die Brücke bleibe im Winter geschlossen, und niemand glaubte ihm.",
    "市長は冬の間橋を閉鎖すると述べたが、誰も彼を信じなかった。",
    "Мэр сказал, что мост будет закрыт на зиму, и никто ему не поверил.",
    "قال العمدة إن الجسر سيغلق في الشتاء ولم يصدقه أحد.",
)


def test_languages_and_their_shares_are_those_of_py3langid() -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    theirs = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    draw = random.Random(3)
    noise = ["".join(chr(draw.randrange(32, 0x3000)) for _ in range(n)) for n in range(1, 200)]
    mixed = ["".join(draw.sample(SAMPLES[2:], 3))[draw.randrange(9) :] for _ in range(50)]

    for text in (*SAMPLES, *noise, *mixed):
        assert _identifier().classify(text) == theirs.classify(text)
