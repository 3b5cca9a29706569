// A paper in a file of its own, or in a notebook: all that is shown is in the page itself.
import { byId } from "./dom.js";
import { PaperView } from "./paper_view.js";

const data = JSON.parse(byId("data").textContent);

const app = {
  corrections: { labels: [], roles: [], saves: false },
  paper: {
    pages: data.pages,
    image: async (number) => data.pages[number - 1].image && `data:image/png;base64,${data.pages[number - 1].image}`,
  },
  say: (text) => byId("status").replaceChildren(text),
};

const view = new PaperView(app);
if (data.pages.length) view.open(app.paper);
else document.body.classList.add("no-paper");
view.show(data);
document.body.dataset.ready = "true";
