"""How many of the mistakes that people make `netspec validate` finds.

    python benchmarks/planted_mistakes.py            # the table
    python benchmarks/planted_mistakes.py --missed   # and where each was planted that was not found
    python benchmarks/planted_mistakes.py --quick    # in the specs of specs/ alone
    python benchmarks/planted_mistakes.py --write    # into RESULTS.md, where a test looks

Every mistake of `mistakes_in_text.py`, `mistakes_in_models.py`, `mistakes_in_applications.py` and
`mistakes_in_training.py` is planted, alone, in every working spec that has a place for it: those of specs/ and
specs/course/, four large networks, and the networks of keras.io's examples. Found is what has an error or a warning; a
note alone is counted by itself.

The list was written, from what people bring to Keras's issues and forums, before it was run for the first time. Since
then no mistake was made easier to find, and none was added but those of applications, which were written before they
were run as well; two are no longer planted where they were none, and one is taken out that has become none: images
mixed under a loss over class indices.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

# These register what they plant.
import mistakes_in_applications  # noqa: F401
import mistakes_in_models  # noqa: F401
import mistakes_in_text  # noqa: F401
import mistakes_in_training  # noqa: F401
import yaml
from planting import MISTAKES, Mistake, written

from netspec.analysis import analyse

if TYPE_CHECKING:
    from netspec.diagnostics import Finding

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
SECTION = re.compile(r"^## Planted mistakes\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
EXTENDS = re.compile(r"^extends:", re.MULTILINE)
QUICK = "specs"
SLIPS = ("text", "fields")
LARGE = ("densenet121", "mobilenetv2", "resnet50", "vgg16")


@dataclass
class Tally:
    """What became of one mistake.

    Attributes:
        planted: In how many specs it was planted.
        found: In how many of them there is an error or a warning.
        noted: In how many there is nothing but a note that was not there before.
        codes: How often each code of an error or a warning was given.
        missed: The names of the specs where nothing was said.
    """

    planted: int = 0
    found: int = 0
    noted: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    @property
    def shown_codes(self) -> str:
        """The codes, the most frequent first."""
        return ", ".join(code for code, _ in self.codes.most_common())


def working() -> list[Path]:
    """The specs that mistakes are planted in: those that stand alone."""
    folders = (QUICK, "specs/course", "tests/specs/keras_io")
    paths = [path for folder in folders for path in sorted((ROOT / folder).glob("*.yaml"))]
    paths += [ROOT / "specs" / "zoo" / f"{name}.yaml" for name in LARGE]
    return [path for path in paths if not EXTENDS.search(path.read_text(encoding="utf-8"))]


def findings_of(text: str, folder: Path) -> tuple[Finding, ...]:
    """Everything netspec says of a text."""
    path = folder / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    return analyse(path).findings


def grave(findings: tuple[Finding, ...]) -> list[str]:
    """The codes of errors and warnings."""
    return [finding.code.value for finding in findings if finding.severity != "note"]


def plant(mistake: Mistake, specs: list[Path], folder: Path) -> Tally:
    """Plants a mistake in every spec that has a place for it."""
    tally = Tally()
    for spec in specs:
        text = spec.read_text(encoding="utf-8")
        planted = mistake.plant(text)
        if planted is None:
            continue
        findings = findings_of(planted, folder)
        codes = grave(findings)
        tally.planted += 1
        tally.found += bool(codes)
        tally.codes.update(dict.fromkeys(codes, 1))
        if codes:
            continue
        before = {finding.code for finding in findings_of(text, folder)}
        if {finding.code for finding in findings} - before:
            tally.noted += 1
        else:
            tally.missed.append(spec.stem)
    return tally


def plant_all(specs: list[Path]) -> dict[Mistake, Tally]:
    """Plants every mistake in every spec.

    Raises:
        SystemExit: A spec is not without findings as it is, or as the planters write it.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for spec in specs:
            text = spec.read_text(encoding="utf-8")
            for one in (text, written(yaml.safe_load(text))):
                codes = grave(findings_of(one, folder))
                if codes:
                    sys.exit(f"{spec.name} has {codes[0]} before anything is planted in it")
        return {mistake: plant(mistake, specs, folder) for mistake in MISTAKES}


def table(tallies: dict[Mistake, Tally], *, missed: bool) -> str:
    """A row for each mistake."""
    lines = [
        "| part | mistake | planted | found | noted | by |",
        "| --- | --- | ---: | ---: | ---: | --- |",
    ]
    for mistake, tally in tallies.items():
        counts = f"{tally.planted} | {tally.found} | {tally.noted or ''}"
        lines.append(f"| {mistake.part} | {mistake.what} | {counts} | {tally.shown_codes} |")
        if missed and tally.missed:
            lines.append(f"  missed in {', '.join(tally.missed)}")
    return "\n".join(lines)


def summary(tallies: dict[Mistake, Tally], specs: list[Path]) -> str:
    """How many there are in all."""
    planted = sum(tally.planted for tally in tallies.values())
    found = sum(tally.found for tally in tallies.values())
    noted = sum(tally.noted for tally in tallies.values())
    return (
        f"{len(tallies)} mistakes in {len(specs)} specs: {planted:,} planted, {found:,} found"
        f" ({found / planted:.1%}), {noted} more noted, {planted - found - noted} not seen"
    )


def section(tallies: dict[Mistake, Tally], specs: list[Path]) -> str:
    """What RESULTS.md says."""
    few = [spec for spec in specs if spec.parent == ROOT / QUICK]
    others = {mistake: tally for mistake, tally in tallies.items() if mistake.part not in SLIPS}
    return f"""## Planted mistakes

    python benchmarks/planted_mistakes.py

One mistake at a time, of {len(MISTAKES)} kinds, planted by a script in every working spec that has a place for it.
Found is what has an error or a warning; noted is what has a note alone. The kinds were written down before it was run
for the first time, when 87.0 % were found.

- {summary(tallies, specs)}.
- With `--quick`: {summary(plant_all(few), few)}.
- Without slips of the pen, in the text's form, in names and values: {summary(others, specs)}.

{table(tallies, missed=False)}

"""


def main() -> None:
    """Prints the table and the share that was found."""
    specs = working()
    if "--quick" in sys.argv:
        specs = [spec for spec in specs if spec.parent == ROOT / QUICK]
    tallies = plant_all(specs)
    if "--write" in sys.argv:
        text = RESULTS.read_text(encoding="utf-8")
        RESULTS.write_text(SECTION.sub(lambda _: section(tallies, specs), text), encoding="utf-8")
    print(table(tallies, missed="--missed" in sys.argv))
    print(f"\n{summary(tallies, specs)}")


if __name__ == "__main__":
    main()
