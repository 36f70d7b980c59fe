// Highlights what follows a %% line of a JavaScript cell in the language of that magic.
//
// JupyterLab has one language for all cells of a notebook. This adds to its JavaScript parser:
// where a text begins with a magic of another language, the rest of it is parsed as that. The
// file is written by hand as what JupyterLab loads, a container of Webpack's module federation;
// all that it uses is shared by JupyterLab, so there is nothing to build.
(() => {
  "use strict";
  const MAGIC = /^%%(\w+)[^\n]*\n/;
  const LONGEST_LINE = 2000;
  // Magic -> name of its language in JupyterLab's registry.
  const LANGUAGES = {
    __proto__: null,
    jsvm_native: "Cython",
    html: "HTML",
    latex: "LaTeX",
    markdown: "Markdown",
    svg: "XML",
    ts: "TypeScript",
  };
  let scope;

  async function shared(name) {
    const [offered] = Object.values(scope[name]);
    return (await offered.get())();
  }

  function languageOf(line, magic) {
    if (magic === "jsvm_native" && /--lang[= ]c(pp)?\b/.test(line)) return "C++";
    return LANGUAGES[magic];
  }

  async function makePlugin() {
    const { IEditorLanguageRegistry } = await shared("@jupyterlab/codemirror");
    const { LanguageSupport, ParseContext } = await shared("@codemirror/language");
    const { parseMixed } = await shared("@lezer/common");

    function activate(app, registry) {
      const parsers = new Map(); // language -> its parser, or one that waits for it

      function parserOf(name) {
        if (!parsers.has(name)) {
          const loading = registry.getLanguage(name).then((found) => {
            parsers.set(name, found.support.language.parser);
            return parsers.get(name);
          });
          parsers.set(name, ParseContext.getSkippingParser(loading));
        }
        return parsers.get(name);
      }

      function nest(node, input) {
        if (!node.type.isTop) return null;
        const head = MAGIC.exec(input.read(0, Math.min(input.length, LONGEST_LINE)));
        const name = head === null ? undefined : languageOf(head[0], head[1]);
        if (name === undefined) return null;
        const body = { from: head[0].length, to: input.length };
        return body.from < body.to ? { parser: parserOf(name), overlay: [body] } : null;
      }

      const javascript = registry.findByName("JavaScript");
      const withMagics = ({ language, support }) =>
        new LanguageSupport(language.configure({ wrap: parseMixed(nest) }), support);
      const load = javascript.load;
      javascript.load = async () => withMagics(await load.call(javascript));
      if (javascript.support) javascript.support = withMagics(javascript.support);
    }

    return {
      id: "jsvm-kernel:magics",
      autoStart: true,
      requires: [IEditorLanguageRegistry],
      activate,
    };
  }

  (window._JUPYTERLAB ??= {})["jsvm-kernel"] = {
    init(given) {
      scope = given;
    },
    async get() {
      const plugin = await makePlugin();
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
