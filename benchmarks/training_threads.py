"""Measure a training step on a busy machine, by number of threads and how they wait."""

import os
import subprocess
import sys
import time

from train.models.encoder import minilm_folder

STEPS = 6
WAYS = {
    "one thread": {"OMP_NUM_THREADS": "1"},
    "two threads, spinning": {"OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "active"},
    "two threads, sleeping": {
        "OMP_NUM_THREADS": "2",
        "OMP_WAIT_POLICY": "passive",
        "GOMP_SPINCOUNT": "0",
    },
}


def measure() -> None:
    """Print wall and CPU seconds of one step."""
    import torch
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(
        minilm_folder(), num_labels=23, problem_type="multi_label_classification"
    )
    model.get_input_embeddings().requires_grad_(False)
    optimizer = torch.optim.AdamW(p for p in model.parameters() if p.requires_grad)
    words, gold = torch.randint(1000, 20000, (16, 110)), torch.zeros(16, 23)

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16):
            loss = model(input_ids=words, labels=gold).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    step()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(STEPS):
        step()
    print((time.perf_counter() - wall) / STEPS, (time.process_time() - cpu) / STEPS)


def main() -> None:
    """Measure each way beside a program that keeps a core busy."""
    rows = []
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as load:
        for way, environment in WAYS.items():
            run = subprocess.run(
                [sys.executable, __file__, "--measure"],
                env=os.environ | environment,
                capture_output=True,
                text=True,
                check=True,
            )
            wall, cpu = map(float, run.stdout.split())
            rows.append((way, wall, cpu))
        load.kill()
    print(f"{'beside a busy program':<24}{'wall s':>8}{'CPU s':>8}{'CPU ratio':>11}")
    for way, wall, cpu in rows:
        print(f"{way:<24}{wall:>8.2f}{cpu:>8.2f}{cpu / rows[0][2]:>11.2f}")


if __name__ == "__main__":
    measure() if "--measure" in sys.argv else main()
