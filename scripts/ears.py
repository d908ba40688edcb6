"""How well Dure reads Korean aloud: syllables right on the two sets that were kept apart, with every miss."""

import sys

from dure.base.korean.tests import golden


def main() -> int:
    """Print the figures; 1 where one is under its least."""
    measured = (
        ("words, pronounced", golden.held_out_words(), golden.WORDS_LEAST),
        ("numbers, dates, telephones, in words", golden.held_out_numbers(), golden.NUMBERS_LEAST),
        ("whole announcements, pronounced", golden.held_out_sentences(), golden.WORDS_LEAST),
        ("numbers, dates, telephones, pronounced", golden.held_out_sounds(), golden.SOUNDS_LEAST),
    )
    for name, scores, least in measured:
        right, asked = sum(score.right for score in scores), sum(score.asked for score in scores)
        print(
            f"{name}: {right} of {asked} syllables of {len(scores)} entries, {right / asked:.2%} (at least {least:.1%})"
        )
        for score in scores:
            if score.right < score.asked:
                print(f"  {score.written}: {score.got}, should be {score.want}")
    return int(any(golden.share(scores) < least for _, scores, least in measured))


if __name__ == "__main__":
    sys.exit(main())
