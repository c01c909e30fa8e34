"""`netspec lsp`: the compiler as a language server, so that editors tell what `validate` tells while one types.

It is started by `netspec lsp` and by nothing else, and needs pygls, the extra `lsp`.
"""
