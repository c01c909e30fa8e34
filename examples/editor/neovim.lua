-- netspec in Neovim 0.11 or later: a part of init.lua.
vim.lsp.config("netspec", {
  cmd = { "netspec", "lsp" },
  filetypes = { "yaml" },
  -- The folder whose pyproject.toml has [tool.netspec]; a file outside of any is looked at by itself.
  root_markers = { "pyproject.toml", ".git" },
})
vim.lsp.enable("netspec")

vim.api.nvim_create_autocmd("LspAttach", {
  callback = function(event)
    local client = assert(vim.lsp.get_client_by_id(event.data.client_id))
    if client.name == "netspec" then
      vim.lsp.inlay_hint.enable(true, { bufnr = event.buf })
      vim.lsp.completion.enable(true, client.id, event.buf, { autotrigger = true })
    end
  end,
})
