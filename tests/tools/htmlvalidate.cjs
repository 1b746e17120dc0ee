// Answers each line, the source of a page as a JSON string, with a line of what html-validate finds in it: Node and the
// rules are loaded once for many pages.
const { createInterface } = require("node:readline");
const { HtmlValidate, StaticConfigLoader } = require("html-validate");

const validator = new HtmlValidate(new StaticConfigLoader(require("./htmlvalidate.json")));
createInterface({ input: process.stdin }).on("line", async line => {
    const report = await validator.validateString(JSON.parse(line));
    console.log(JSON.stringify(report.results.flatMap(result => result.messages)));
});
