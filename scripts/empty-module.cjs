// Stands in for a module that a bundle does without.
module.exports = {};
