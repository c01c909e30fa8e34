"""Pages of codes of a stage: How a spec is put together."""

from __future__ import annotations

from netspec.diagnostics import Code

PAGES: dict[Code, str] = {
    Code.DUPLICATE_NAME: """
    Two things have one name.

    A name says which layer is meant: in `inputs`, in `output`, in `--set`, in a checkpoint. Of two layers with the
    same one nobody can say which is meant, and Keras refuses the model. Layers without a name are numbered by
    themselves. Inputs, the outputs of a layer, and the inputs of a block are held to it as well.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {name: hidden, units: 32}
            - Dense: {name: hidden, units: 10}  # NS301

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {name: hidden, units: 32}
            - Dense: {name: head, units: 10}
    """,
    Code.UNKNOWN_NAME: """
    No layer, input or block here has this name.

    `inputs` and `output` call layers by their names. A layer without a `name` is called after its kind, `conv2d`,
    `conv2d_1`. Inside a block only its own layers can be seen, and what it was given as `$input`; from outside,
    what is named inside a block is reached by a path, `stem.features`.

    Failing:

        netspec: 1
        model:
          input: [32, 32, 3]
          layers:
            - Conv2D: {name: stem, filters: 8, kernel_size: 3, padding: same}
            - Conv2D: {name: branch, filters: 8, kernel_size: 3, padding: same}
            - Add: {inputs: [stem, brunch]}  # NS302

    Passing:

        netspec: 1
        model:
          input: [32, 32, 3]
          layers:
            - Conv2D: {name: stem, filters: 8, kernel_size: 3, padding: same}
            - Conv2D: {name: branch, filters: 8, kernel_size: 3, padding: same}
            - Add: {inputs: [stem, branch]}
    """,
    Code.FORWARD_REFERENCE: """
    A layer takes what stands below it, or itself.

    A network is computed from top to bottom, and a layer can take only what is there already. What leads back, as
    in a recurrent network, happens inside one layer (`LSTM`, or `RNN` with a cell). Mostly two layers stand in the
    wrong order.

    Failing:

        netspec: 1
        model:
          input: [32, 32, 3]
          layers:
            - Conv2D: {name: stem, filters: 8, kernel_size: 3, padding: same}
            - Add: {name: sum, inputs: [stem, branch]}  # NS303
            - Conv2D: {name: branch, inputs: stem, filters: 8, kernel_size: 3, padding: same}

    Passing:

        netspec: 1
        model:
          input: [32, 32, 3]
          layers:
            - Conv2D: {name: stem, filters: 8, kernel_size: 3, padding: same}
            - Conv2D: {name: branch, inputs: stem, filters: 8, kernel_size: 3, padding: same}
            - Add: {name: sum, inputs: [stem, branch]}
    """,
    Code.FIRST_INPUTS: """
    The first layer does not say which of several inputs it takes.

    A layer takes the one above it. Above the first one stands the model's input; where there are several, or where
    a block has several, none of them is the obvious one.

    Failing:

        netspec: 1
        model:
          input: {left: [8], right: [8]}
          layers:
            - Dense: {name: first, units: 4}  # NS304
            - Dense: {name: second, inputs: right, units: 4}
            - Concatenate: {inputs: [first, second, left]}

    Passing:

        netspec: 1
        model:
          input: {left: [8], right: [8]}
          layers:
            - Dense: {name: first, inputs: left, units: 4}
            - Dense: {name: second, inputs: right, units: 4}
            - Concatenate: {inputs: [first, second, left]}
    """,
    Code.UNUSED: """
    Nothing takes what a layer or an input gives.

    Its weights would count nowhere and never learn, so that Keras leaves such a layer out of the model without a
    word. Mostly it was meant to be joined to the others and is missing in `inputs` or `output`.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {name: hidden, units: 32, activation: relu}  # NS305
            - Dense: {inputs: flatten, units: 10}

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {name: hidden, units: 32, activation: relu}
            - Dense: {units: 10}
    """,
    Code.EXTENDS: """
    A file that this one builds on cannot be read.

    `extends` names a file by its path as seen from this one. It must lie in the spec's repository, or below
    `--root`, so that a spec from elsewhere cannot read a machine's other files; absolute paths, addresses and
    expressions are refused for the same reason. It must be a spec itself, and of the same version of the language.

    Failing:

        netspec: 1
        extends: ~/base.yaml  # NS306
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: 10}}]

    Passing, as nothing else is needed here (with a base beside it, `extends: base.yaml`):

        netspec: 1
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: 10}}]
    """,
    Code.CYCLE: """
    Something is made of itself.

    A variable that follows from itself has no value, a block that uses itself has no end, and files that extend
    each other have no beginning. The finding lists the way around; one step of it has to go. What is repeated is
    written with `repeat`.

    Failing:

        netspec: 1
        vars:
          width: "${2 * depth}"  # NS307
          depth: "${width // 2}"
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: "${width}"}}]

    Failing, as a block cannot be deeper than itself:

        netspec: 1
        model:
          input: [28, 28, 1]
          blocks:
            deeper: {layers: [{Dense: {units: 32}}, deeper]}  # NS307
          layers: [Flatten, deeper, {Dense: {units: 10}}]

    Passing:

        netspec: 1
        vars:
          depth: 3
          width: "${2 * depth}"
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: "${width}", repeat: "${depth}"}}]
    """,
    Code.EXPRESSION: """
    An expression cannot be read or computed.

    Between `${` and `}` stand names, numbers, quoted texts, `true`, `false`, `null`, `+ - * / // % **`,
    comparisons, `and`, `or`, `not`, `list[index]`, and the functions `min`, `max`, `round` and `int`. Nothing else
    of Python is there, as a spec runs no code. Computing fails where a number is divided by zero, where a text is
    added to a number, or where a list has no such element.

    Failing:

        netspec: 1
        vars: {widths: [32, 64]}
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: "${widths[2]}"}  # NS308
            - Dense: {units: "${sum(widths)}"}  # NS308

    Passing:

        netspec: 1
        vars: {widths: [32, 64]}
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: "${widths[1]}"}
            - Dense: {units: "${widths[0] + widths[1]}"}
    """,
    Code.UNKNOWN_VARIABLE: """
    An expression uses a name that has no value there.

    Names are the variables of `vars`, inside a block also its params, and in the fields of a repeated item `index`.
    A block sees neither the params of another block nor those of the block that uses it: what it needs is given to
    it.

    Failing:

        netspec: 1
        vars: {width: 32}
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: "${width}"}
            - Dense: {units: "${widht // 2}"}  # NS309

    Passing:

        netspec: 1
        vars: {width: 32}
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: "${width}"}
            - Dense: {units: "${width // 2}"}
    """,
    Code.LEFT_OUT: """
    What is named here was left out by its `when` or `repeat`.

    `when: false` and `repeat: 0` take an item out of the network, and the layers after it take what stood above it.
    One that calls it by name has nothing to take. Give that one the same condition, and write a second one for the
    other case: there is no `else`.

    Failing:

        netspec: 1
        vars: {deep: false}
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {name: first, units: 32}
            - Dense: {name: second, units: 32, when: deep}
            - Add: {inputs: [first, second]}  # NS310

    Passing:

        netspec: 1
        vars: {deep: false}
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {name: first, units: 32}
            - Dense: {name: second, units: 32, when: deep}
            - Add: {inputs: [first, second], when: deep}
    """,
    Code.EXPANSION: """
    The spec becomes too large when it is written out.

    A network has at most 10,000 layers, blocks nest 32 deep, and a variable has 10,000 values at most. A few short
    lines could ask for billions, by blocks that repeat blocks, and no machine would come to the end of them. The
    largest networks in use have about 1,000 layers; mostly a number has a zero too many.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          blocks:
            many: {layers: [{Dense: {units: 8, repeat: 200}}]}
          layers: [Flatten, {many: {repeat: 100}}]  # NS311

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          blocks:
            many: {layers: [{Dense: {units: 8, repeat: 20}}]}
          layers: [Flatten, {many: {repeat: 10}}]
    """,
    Code.ABSTRACT: """
    A file that is a base for others is asked for a whole network.

    `abstract: true` says that a file is not whole, and that other files extend it. Such a file can be checked as
    far as it goes, which `validate` does; it cannot be trained. Run a file that extends it, or, if nothing is
    missing any more, remove the line.

    Failing, when it is run:

        netspec: 1
        abstract: true  # NS312
        data: {source: mnist}
        compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
        training: {epochs: 5}

    Passing, when it is run:

        netspec: 1
        data: {source: mnist}
        model:
          input: [28, 28, 1]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
        compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
        training: {epochs: 5}
    """,
    Code.BLOCK: """
    A block has a param that it cannot have.

    `name`, `inputs`, `repeat` and `when` can be written at every use of a block and mean the same everywhere, so
    that no param can be called so. A block has 100 params at most; what belongs together is given as a list.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          blocks:
            stack: {params: {repeat: 3}, layers: [{Dense: {units: 8, repeat: "${repeat}"}}]}  # NS313
          layers: [Flatten, stack]

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          blocks:
            stack: {params: {times: 3}, layers: [{Dense: {units: 8, repeat: "${times}"}}]}
          layers: [Flatten, stack]
    """,
    Code.BACKBONE: """
    A Backbone names a run that cannot be built on.

    `Backbone` takes the first layers of a network that a run has trained, with their weights. The path of the run's
    directory is relative to the spec's file, and leads to somewhere below the spec's repository (outside of one, below
    the current folder or the spec's own; `--root DIR` names another folder). The run has ended, so that it has
    `model.keras`, or `checkpoint` names a file that it has. Its own spec, `resolved.yaml`, has no mistakes with this
    netspec, and its network takes one input.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Backbone: {run: runs/digits, until: flatten}  # NS314
            - Dense: {units: 2}

    Passing, as the layers are the spec's own:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Conv2D: {filters: 8, kernel_size: 3, activation: relu}
            - Flatten
            - Dense: {units: 2}
    """,
}
