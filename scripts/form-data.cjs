// What axios makes forms with: Node has it. The package of that name brings a table of a thousand file types along.
module.exports = globalThis.FormData;
