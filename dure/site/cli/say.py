"""`dure say`: a text as villagers would hear it, in a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dure.kit.settings import BadSetting
from dure.site.cli.operate import out

if TYPE_CHECKING:
    from dure.kit.speech.speaking import Announcement


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(say)


def say(
    text: Annotated[str, typer.Argument(help="What is announced, in Korean; - reads it from standard input.")],
    file: Annotated[Path, typer.Option("--out", help="The file: .opus, .mp3 or .wav (8 kHz, for telephones).")],
    once: Annotated[bool, typer.Option(help="Say it once; without, twice with a pause.")] = False,
    rate: Annotated[float, typer.Option(min=0.5, max=2.0, help="How fast; 1 is slow and clear.")] = 1.0,
    voice: Annotated[str, typer.Option(help="Another engine, as package.module:Name; usually eSpeak NG.")] = "",
) -> None:
    """Speak a text into a file and print what is said, how it sounds, how long and how loud it is.

    dure say "내일 오전 10시, 마을회관에서 뵙겠습니다." --out tomorrow.mp3
    """
    try:
        from dure.kit.speech import files, speaking, voices
    except ImportError as missing:
        raise BadSetting(f"Speaking needs more packages ({missing}): pip install 'dure[speech]'") from None
    endings = {f".{kind.value}": kind for kind in files.FileKind}
    kind = endings.get(file.suffix.lower())
    if kind is None:
        raise BadSetting(f"{file.name}: the ending says which file is made: {', '.join(endings)}")
    wanted = typer.get_text_stream("stdin").read() if text == "-" else text
    try:
        made = speaking.announce(wanted, voices.load(voice or voices.USUAL), rate=rate, twice=not once)
    except (voices.VoiceMissing, voices.VoiceFailed) as silent:
        raise BadSetting(f"{silent.voice} does not speak: {silent.why}") from None
    except voices.TooMuchToSay as much:
        raise BadSetting(f"{much.letters} letters; one announcement has at most {much.letters_max}.") from None
    body = files.encoded(made.sound, kind)
    file.write_bytes(body)
    _tell(made, file, len(body))


def _tell(made: "Announcement", file: Path, size: int) -> None:
    out.print(f"words:  {made.normalised}", markup=False)
    out.print(f"sounds: {made.pronounced}", markup=False)
    if made.unsaid:
        out.print(f"not said: {' '.join(made.unsaid)}", markup=False)
    out.print(
        f"{file}: {made.sound.seconds:.1f} s, {made.lufs:.1f} LUFS, true peak {made.peak_dbtp:.1f} dBTP, {size:,} bytes",
        markup=False,
    )
