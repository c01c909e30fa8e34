"""The way that a shape came is one line: the steps that change it, and the middle left out where it does not fit."""

from __future__ import annotations

from rich.cells import cell_len

from netspec.diagnostics import Step
from netspec.report.ways import shapes_text
from netspec.source.nodes import Source

PLACE = Source("a.yaml", "x").place(1, 1)


def way(*sizes: int) -> tuple[Step, ...]:
    """An input and layers that give maps of so many pixels."""
    first = Step("input", "Input", (sizes[0], sizes[0], 3), None)
    rest = (
        Step(f"conv{number}", "Conv2D", (size, None, 8), PLACE)
        for number, size in enumerate(sizes[1:], 1)
    )
    return first, *rest


def test_each_step_that_changes_the_shape_is_told_and_the_last() -> None:
    assert shapes_text([way(9, 7, 7, 5, 5)], 160).plain == (
        "   shapes: input (9, 9, 3) → conv1 (7, ?, 8) → conv3 (5, ?, 8) → conv4 (5, ?, 8)\n"
    )


def test_the_middle_is_left_out_where_it_does_not_fit() -> None:
    sizes = list(range(60, 0, -1))
    for width in (20, 60, 80, 160):
        line = shapes_text([way(*sizes)], width).plain
        assert line.startswith("   shapes: input (60, 60, 3) → … → ")
        assert line.endswith("conv59 (1, ?, 8)\n")
        assert cell_len(line) <= max(width + 12, 60)


def test_of_several_inputs_the_last_steps_of_each_are_told_and_of_four_at_most() -> None:
    text = shapes_text([way(9, 8, 7, 6, 5, 4), way(9, 3)] * 3, 160).plain
    long = "input (9, 9, 3) → … → conv3 (6, ?, 8) → conv4 (5, ?, 8) → conv5 (4, ?, 8)\n"
    short = "input (9, 9, 3) → conv1 (3, ?, 8)\n"
    room = " " * 11
    assert text == f"   shapes: {long}{room}{short}{room}{long}{room}{short}"


def test_an_input_alone_has_come_no_way() -> None:
    assert shapes_text([way(9)], 160).plain == ""
    assert shapes_text([way(9), way(8)], 160).plain == ""
    assert shapes_text([], 160).plain == ""


def test_names_are_harmless() -> None:
    step = Step("\x1b[31m", "Conv2D", (1,), PLACE)
    assert "\x1b" not in shapes_text([(step,)], 160).plain
