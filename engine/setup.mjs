// `npm run setup`, and the first step of `npm start` and `npm test`: dependencies, build, engine, each only where needed.
// `node engine/setup.mjs engine` does just the last. Read by any Node, so that an old one gets a sentence and no stack.
const lowest = [20, 19];
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < lowest[0] || (major === lowest[0] && minor < lowest[1])) {
  console.error(`Node ${lowest.join(".")} or newer is needed, this is ${process.versions.node}. Install a newer Node.`);
  process.exit(1);
}
import("./set-up.mjs").then(({ setUp }) => setUp(process.argv.slice(2)));
