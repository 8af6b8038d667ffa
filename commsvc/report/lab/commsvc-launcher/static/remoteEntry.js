// What `make lab` adds to JupyterLab's Launcher: the study template and the pages of snippets.
// Lab takes a plugin as a container of module federation. This one is written by hand, so that
// nothing has to be built; all it needs of Lab comes out of the scope that Lab shares.
(() => {
  const TEMPLATE = 'notebooks/study_template.ipynb';
  const PAGES = [
    ['docs/zh/work-in-jupyterlab.md', '代码片段', '可直接使用的代码片段'],
    ['docs/en/work-in-jupyterlab.md', 'Snippets', 'Pieces of code to copy'],
  ];
  let shared;

  async function from(name) {
    const [version] = Object.values(shared[name]);
    return (await version.get())();
  }

  async function plugin() {
    const { ILauncher } = await from('@jupyterlab/launcher');
    const { notebookIcon, markdownIcon } = await from('@jupyterlab/ui-components');
    return {
      id: 'commsvc-launcher:plugin',
      autoStart: true,
      requires: [ILauncher],
      activate: (app, launcher) => activate(app, launcher, notebookIcon, markdownIcon),
    };
  }

  async function activate(app, launcher, notebookIcon, markdownIcon) {
    const { contents } = app.serviceManager;
    // What this folder does not hold is not offered.
    const there = path => contents.get(path, { content: false }).then(() => true, () => false);
    const add = async (path, rank, about) => {
      if (!(await there(path))) return;
      const command = `commsvc:${path}`;
      app.commands.addCommand(command, about);
      launcher.add({ command, category: 'commsvc', rank });
    };
    await add(TEMPLATE, 0, {
      label: '新研究 New study',
      caption: '复制研究模板 A copy of the study template',
      icon: notebookIcon,
      execute: async ({ cwd }) => {
        const copy = await contents.copy(TEMPLATE, cwd ?? '');
        return app.commands.execute('docmanager:open', { path: copy.path });
      },
    });
    for (const [rank, [path, label, caption]] of PAGES.entries()) {
      await add(path, rank + 1, {
        label,
        caption,
        icon: markdownIcon,
        execute: () => app.commands.execute('docmanager:open', { path, factory: 'Markdown Preview' }),
      });
    }
  }

  (window._JUPYTERLAB ??= {})['commsvc-launcher'] = {
    init: scope => { shared = scope; },
    get: async () => {
      const made = await plugin();
      return () => ({ __esModule: true, default: made });
    },
  };
})();
