"""`--set path=value` replaces one value of the text; what is wrong with it is told at ``--set[n]``."""

from __future__ import annotations

import pytest

from netspec.diagnostics import Code, Finding
from netspec.source.nodes import Node, Source, Value, find
from netspec.source.overrides import override
from netspec.source.parse import parse

SPEC = """
netspec: 1
x-wide: &wide {units: 64, activation: relu}
data: {source: mnist, validation: }
model:
  input: [28, 28, 1]
  layers:
    - Flatten
    - Dense: *wide
    - Dense: {name: second, <<: *wide}
    - Dropout:
    - Dense: {name: head, units: 10}
compile:
  optimizer: {Adam: {learning_rate: 0.1}}
  loss: Huber
  metrics: [accuracy, {AUC: {curve: PR}}]
"""


def root() -> Node:
    node, findings = parse(Source("spec.yaml", SPEC))
    assert node is not None
    assert findings == []
    return node


def get(value: Value, *path: str | int) -> Value:
    for step in path:
        value = value[step]  # type: ignore[index]
    return value


def changed(*assignments: str) -> Value:
    node, findings = override(root(), assignments)
    assert findings == []
    return node.value()


def refused(assignment: str) -> Finding:
    before = root()
    after, (finding,) = override(before, (assignment,))
    assert after.value() == before.value()
    assert finding.file == "--set[1]"
    return finding


@pytest.mark.parametrize(
    ("assignment", "path", "value"),
    [
        ("data.source=cifar10", ("data", "source"), "cifar10"),
        ("data.validation=0.1", ("data", "validation"), 0.1),
        ("seed=17", ("seed",), 17),
        (" seed =17", ("seed",), 17),
        ("training.epochs=3", ("training", "epochs"), 3),
        ("training={epochs: 3}", ("training", "epochs"), 3),
        ("name=", ("name",), None),
        ("name=a=b", ("name",), "a=b"),
        ("data.source='017'", ("data", "source"), "017"),
        ("training.shuffle=no", ("training", "shuffle"), "no"),
        ("model.input=[32, 32, 3]", ("model", "input"), [32, 32, 3]),
        ("compile.optimizer=sgd", ("compile", "optimizer"), "sgd"),
        ("compile.optimizer.Adam.beta_1=0.5", ("compile", "optimizer", "Adam", "beta_1"), 0.5),
        ("compile.loss.Huber.delta=2", ("compile", "loss", "Huber", "delta"), 2),
        ("compile.metrics.AUC.curve=ROC", ("compile", "metrics", 1, "AUC", "curve"), "ROC"),
        ("compile.metrics.accuracy=mae", ("compile", "metrics", 0), "mae"),
        ("model.layers.head.units=9", ("model", "layers", 4, "Dense", "units"), 9),
        ("model.layers.head.Dense.units=9", ("model", "layers", 4, "Dense", "units"), 9),
        ("model.layers.head={ReLU: }", ("model", "layers", 4), {"ReLU": None}),
        ("model.layers.Flatten.name=flat", ("model", "layers", 0, "Flatten", "name"), "flat"),
        ("model.layers.Dropout.rate=1/2", ("model", "layers", 3, "Dropout", "rate"), "1/2"),
    ],
)
def test_an_assignment_replaces_the_value_its_path_leads_to(
    assignment: str, path: tuple[str | int, ...], value: object
) -> None:

    assert get(changed(assignment), *path) == value


@pytest.mark.parametrize(
    ("text", "assignment", "value"),
    [
        ("{optimizer: adam}", "optimizer.Adam.beta_1=0.5", {"optimizer": {"Adam": {"beta_1": 0.5}}}),
        ("{optimizer: rmsprop}", "optimizer.RMSprop.rho=1", {"optimizer": {"RMSprop": {"rho": 1}}}),
        ("{kernel: he_normal}", "kernel.HeNormal.seed=1", {"kernel": {"HeNormal": {"seed": 1}}}),
        ("{kernel: he_normal}", "kernel.HeNormal={seed: 1}", {"kernel": {"HeNormal": {"seed": 1}}}),
        ("{metrics: [auc, mae]}", "metrics.AUC.curve=PR", {"metrics": [{"AUC": {"curve": "PR"}}, "mae"]}),
        ("{metrics: [auc, mae]}", "metrics.AUC=mse", {"metrics": ["mse", "mae"]}),
    ],
)  # fmt: skip
def test_what_is_written_as_a_text_gets_fields_by_its_kind(
    text: str, assignment: str, value: object
) -> None:
    node, _ = parse(Source("spec.yaml", text))
    assert node is not None
    after, findings = override(node, (assignment,))
    assert findings == []
    assert after.value() == value


def test_the_kind_of_a_text_is_told_where_the_path_says_it() -> None:
    """With fields it may lack some, and Keras's own string takes none: both are mistakes of the assignment."""
    for step, column in (("Adam", 11), ("adam", 11)):
        node, _ = parse(Source("spec.yaml", "{optimizer: adam}"))
        assert node is not None
        after, _ = override(node, (f"optimizer.{step}.x=1",))
        _, key = find(after, ("optimizer", step))
        assert key is not None
        assert (key.source.name, key.column) == ("--set[1]", column)


def test_a_list_without_names_says_that_one_is_needed() -> None:
    node, _ = parse(Source("spec.yaml", "layers: [ReLU, ReLU]"))
    assert node is not None
    _, (finding,) = override(node, ("layers.1.name=a",))
    assert finding.hint == (
        "an element is addressed by its name, or by its kind; others need a `name`"
    )


def test_everything_else_stays() -> None:
    before, after = root().value(), changed("compile.optimizer.Adam.learning_rate=0.5")
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert after.pop("compile") != before.pop("compile")
    assert after == before


def test_a_node_that_stands_in_several_places_is_changed_in_one() -> None:
    value = changed("model.layers.second.units=3")
    assert get(value, "model", "layers", 2, "Dense", "units") == 3
    assert get(value, "model", "layers", 1, "Dense", "units") == 64
    assert get(value, "x-wide", "units") == 64
    assert get(changed("x-wide.units=3"), "model", "layers", 1, "Dense", "units") == 64


def test_assignments_apply_in_order_and_see_what_came_before() -> None:
    value = changed("seed=1", "training.epochs=3", "seed=2", "training.epochs=4")
    assert get(value, "seed") == 2
    assert get(value, "training") == {"epochs": 4}
    value = changed("model.layers.head.name=last", "model.layers.last.units=3")
    assert get(value, "model", "layers", 4, "Dense") == {"name": "last", "units": 3}


def test_a_new_value_has_its_place_in_the_assignment() -> None:
    node, _ = override(root(), ("seed=1", "training.epochs=  3"))
    value, key = find(node, ("training", "epochs"))
    assert key is not None
    assert (value.source.name, value.line, value.column) == ("--set[2]", 1, 19)
    assert (key.source.name, key.line, key.column) == ("--set[2]", 1, 10)


@pytest.mark.parametrize(
    ("assignment", "code", "column", "words"),
    [
        ("seed", Code.OVERRIDE, 1, "path=value"),
        ("", Code.OVERRIDE, 1, "path=value"),
        ("=3", Code.OVERRIDE, 1, "path=value"),
        ("training..epochs=3", Code.OVERRIDE, 1, "path=value"),
        ("training.=3", Code.OVERRIDE, 1, "path=value"),
        ("model.layers.hed.units=3", Code.OVERRIDE, 14, "'hed'"),
        ("model.layers.Dense.units=3", Code.OVERRIDE, 14, "3 elements are called 'Dense'"),
        ("model.layers.4.units=3", Code.OVERRIDE, 14, "'4'"),
        ("model.input.0=3", Code.OVERRIDE, 13, "'0'"),
        ("data.source.name=1", Code.OVERRIDE, 13, "data.source is a single value"),
        ("compile.loss.delta=1", Code.OVERRIDE, 14, "'compile.loss' is Huber"),
        ("name=[", Code.SYNTAX, 7, "YAML"),
        ("name='a", Code.SYNTAX, 6, "is not closed"),
        ("name={a: 1, a: 2}", Code.DUPLICATE_KEY, 13, "twice"),
        ("name=!tag x", Code.TAG, 6, "tag"),
        ("name=*wide", Code.ALIAS, 6, "anchor"),
        ("name=" + "[" * 65, Code.DEPTH, 70, "64"),
        ("seed=" + "7" * 200, Code.NUMBER, 6, "200 characters"),
    ],
)  # fmt: skip
def test_an_assignment_that_cannot_be_applied_is_a_finding(
    assignment: str, code: Code, column: int, words: str
) -> None:
    finding = refused(assignment)
    assert (finding.code, finding.line, finding.column) == (code, 1, column)
    assert words in finding.message


@pytest.mark.parametrize(
    ("assignment", "hint"),
    [
        ("model.layers.hed.units=3", "did you mean head?"),
        ("model.layers.dropout.rate=3", "did you mean Dropout?"),
        ("compile.metrics.auc.curve=3", "did you mean AUC?"),
        ("model.layers.Dense.units=3", "give the one you mean a `name`"),
        ("compile.loss.delta=1", "write compile.loss.Huber.delta"),
        (
            "compile.loss.MeanSquaredError.x=1",
            "set it as a whole: compile.loss={MeanSquaredError: {x: …}}",
        ),
        ("netspec.a=1", "set it as a whole: netspec=…"),
        (
            "data.source.path=1",
            "name the kind in between, as in data.source.Kind.path; or set it as a whole: data.source=…",
        ),
        ("model.input.0=3", "set it as a whole: model.input=[…]"),
        (
            "model.layers.3.rate=3",
            "an element is addressed by its name, or by its kind: Flatten, second, Dropout, head; others need a `name`",
        ),
        (
            "compile.metrics.0=mae",
            "an element is addressed by its name, or by its kind: accuracy, AUC",
        ),
    ],
)
def test_a_bad_path_comes_with_the_way_to_a_good_one(assignment: str, hint: str) -> None:
    assert refused(assignment).hint == hint


def test_a_bad_assignment_does_not_stop_the_others() -> None:
    node, findings = override(root(), ("model.layers.hed.units=3", "seed=5", "x"))
    assert get(node.value(), "seed") == 5
    assert [finding.file for finding in findings] == ["--set[1]", "--set[3]"]


def test_a_name_comes_before_a_kind() -> None:
    value = changed("compile.metrics=[mae, {AUC: {name: mae}}]", "compile.metrics.mae.curve=PR")
    assert get(value, "compile", "metrics") == ["mae", {"AUC": {"name": "mae", "curve": "PR"}}]


def test_an_element_without_a_kind_is_addressed_by_its_name() -> None:
    text = "stages: [{name: head, epochs: 2}, {epochs: 3}, {epochs: 4, name: all}]"
    node, _ = parse(Source("spec.yaml", text))
    assert node is not None

    changed, findings = override(node, ("stages.head.epochs=5", "stages.all.epochs=6"))

    assert findings == []
    assert [stage["epochs"] for stage in get(changed.value(), "stages")] == [5, 3, 6]  # type: ignore[call-overload, index, union-attr]
