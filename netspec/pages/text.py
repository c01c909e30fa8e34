"""Pages of codes of a stage: What a text must be."""

from __future__ import annotations

from netspec.diagnostics import Code

PAGES: dict[Code, str] = {
    Code.ENCODING: """
    The file is no text in UTF-8.

    A spec is read as UTF-8, the encoding that editors use today. A file in UTF-16, in an older encoding such as
    Latin-1, or a binary file (a picture, a saved model) has bytes that mean nothing there, and what they were meant
    to say can only be guessed. Save the file as UTF-8: editors offer it under "Save with encoding". On Windows,
    `Out-File` and `>` of older PowerShells write UTF-16.

    Passing, with letters of any language, saved as UTF-8:

        netspec: 1
        # Straße, 大きさ
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: 10}}]
    """,
    Code.FILE_SIZE: """
    The file is larger than 1 MiB.

    A spec of a network with thousands of layers has some 100 KB. What is larger is something else, most often data
    or weights under the wrong name, and reading it to its end could take all memory. Data and weights stand in
    files of their own. What repeats itself is written once, with `blocks` and `repeat`.

    Passing, with a thousand layers in one line:

        netspec: 1
        model:
          input: [8]
          layers: [{Dense: {units: 8, repeat: 1000}}]
    """,
    Code.SYNTAX: """
    The text is not YAML.

    YAML says by indentation what belongs to what, and by `: `, with a space, what is a key and what its value.
    Brackets must be closed, and what stands in them is parted by commas. After such a mistake nothing that follows
    can be read for certain, so that this one is told alone. The usual ones are a forgotten comma or bracket, a tab,
    a missing space after a colon, and an expression without quotes, because `{` opens a mapping.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: 10 activation: softmax}  # NS103

    Failing, as the expression has no quotes:

        netspec: 1
        vars: {width: 32}
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: ${width}}  # NS103

    Passing:

        netspec: 1
        vars: {width: 32}
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: "${width}", activation: softmax}
    """,
    Code.CHARACTER: r"""
    The text holds a character that cannot be seen.

    Control characters and marks that turn the direction of writing show nothing, and yet they make two names differ
    that look alike, or show a line other than it is read. They come in by copying from web pages and documents.
    Delete the character and write the place again. What an escape such as `\x07` in quotes stands for counts as
    well.

    Failing:

        netspec: 1
        name: "digits\x07"  # NS104
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: 10}}]

    Passing:

        netspec: 1
        name: digits
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: 10}}]
    """,
    Code.DEPTH: """
    Brackets or indentation are nested more than 64 levels deep.

    A spec needs about ten levels. Deeper ones come from a program that writes specs and has a mistake, or from a
    text that was made to bring a reader down. Layers follow each other in one list; what belongs together becomes a
    block.

    Passing, as layers follow each other in one list:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: 32}}, {Dense: {units: 32}}, {Dense: {units: 10}}]
    """,
    Code.NODES: """
    The text has more than 500,000 values, counting what aliases repeat.

    An alias (`*name`) repeats what stands at its anchor (`&name`), and ten aliases of ten aliases of ten aliases
    are a short text and more values than any machine can hold. So each use of an alias counts with everything in
    it. Use `blocks` and `repeat` for what repeats itself: they are expanded one layer at a time.

    Passing, with one anchor and its alias:

        netspec: 1
        x-small: &small {units: 32, activation: relu}
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: *small}, {Dense: *small}]
    """,
    Code.ALIAS: """
    An alias has no anchor above it.

    In YAML `&name` before a value is an anchor, and `*name` puts that value in once more. The anchor stands above
    its aliases, spelt the same, and around none of them. Top-level keys that begin with `x-` are a place for
    anchors; a number that is used in several places is better a variable in `vars`, which `--set` can change. More
    than 1,000 aliases are refused.

    Failing:

        netspec: 1
        x-hidden: &hidden {units: 32, activation: relu}
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: *hiden  # NS107

    Passing:

        netspec: 1
        x-hidden: &hidden {units: 32, activation: relu}
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: *hidden
    """,
    Code.DUPLICATE_KEY: """
    A key stands twice in one mapping.

    Most readers of YAML keep the last of the two and say nothing, so that a value which can be seen in the file has
    no effect. Keep the one that is meant. Where two layers of one kind were meant, they are two items of the list.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: 32, activation: relu, units: 10}  # NS108

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: 32, activation: relu}
            - Dense: {units: 10}
    """,
    Code.TAG: """
    A value has a tag that a spec does not know.

    A tag, a word with `!` before a value, tells some programs to make an object of it, and this is how a YAML file
    can run code where it is opened. A spec never does: it may come from anywhere. Remove the tag; `!!str`, `!!int`,
    `!!float`, `!!bool` and `!!null` are allowed where the value is one.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: !number 10}  # NS109

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: 10}
    """,
    Code.DOCUMENTS: """
    The file holds a second document.

    A line with `---` parts a YAML file into documents. One file is one spec: the others would be passed over
    without a word. Make a file of each, and let them share what they have in common with `extends`. A line `---`
    before the first key is allowed.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: 10}}]
        ---  # NS110
        netspec: 1
        model:
          input: [32, 32, 3]
          layers: [Flatten, {Dense: {units: 10}}]

    Passing:

        ---
        netspec: 1
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: 10}}]
    """,
    Code.NUMBER: """
    A number is too large to be one.

    Decimal numbers beyond 1.8e308 become infinite, and one with more than 100 characters is no number that anybody
    means; often a `-` is missing in an exponent.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers: [{Rescaling: {scale: 4e999}}, Flatten, {Dense: {units: 10}}]  # NS111

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers: [{Rescaling: {scale: 4e-3}}, Flatten, {Dense: {units: 10}}]
    """,
    Code.KEY: """
    A key is a list or a mapping.

    What stands before a `:` is a name. YAML would allow more there, which no field is called. Mostly a bracket too
    many is the reason: in `{{units: 10}}`, as templates write it, the inner mapping is a key.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: 10, [activation]: relu}  # NS112

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: 10, activation: relu}
    """,
    Code.EMPTY: """
    The file is empty, or holds nothing but comments.

    A spec says at least which version of the language it is written in, what comes in, and which layers there are.
    Perhaps the file was not saved, or a program was stopped while it wrote it. `netspec init` writes one to start
    from.

    Failing:

        # NS113

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: 10}}]
    """,
    Code.MERGE: """
    `<<` is given something that is no mapping.

    The key `<<` puts the keys of another mapping in, which is given by its alias; keys that are written beside it
    win. A number, a text or a list of them has no keys to give.

    Failing:

        netspec: 1
        x-hidden: &hidden relu
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {<<: *hidden, units: 10}  # NS114

    Passing:

        netspec: 1
        x-hidden: &hidden {activation: relu}
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {<<: *hidden, units: 10}
    """,
}
