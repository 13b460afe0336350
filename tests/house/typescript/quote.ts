// Makes a quote, prices it, changes it and leads it to an acceptance, with generated code only.
import { client } from "./client/client.gen.js";
import {
  acceptQuote,
  addQuoteLine,
  createQuote,
  getQuote,
  priceTransaction,
  submitQuote,
  type Problem,
  type Quote,
} from "./client/index.js";

declare const process: { argv: string[]; exitCode: number };

client.setConfig({ baseUrl: `${process.argv[2]}/api/v1`, headers: { "x-api-key": "demo-key" } });

function given<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) {
    throw new Error(JSON.stringify(answer.error));
  }
  return answer.data;
}

const lines = [{ sku: "VX-HOS-50", quantity: 2 }];
const priced = given(await priceTransaction({ body: { account_id: "ACME", lines } }));
const made: Quote = given(
  await createQuote({
    body: { account_id: "ACME", title: "From TypeScript", lines },
    headers: { "Idempotency-Key": `ts-${Date.now()}` },
  }),
);
const path = { quote_id: made.id };
const grown = given(
  await addQuoteLine({ path, body: { sku: "VX-2000", quantity: "1", unit_price: 9000 } }),
);
const submitted = given(await submitQuote({ path }));
const refused = await acceptQuote({ path, body: { alternative: "qal_none" } });
const problem = refused.error as Problem;
const whole = given(await getQuote({ path, query: { expand: "waterfall,history" } }));

console.log(
  JSON.stringify({
    same: priced.totals.net === made.totals.net,
    overridden: grown.line.price_overridden,
    net: grown.line.net_total,
    status: submitted.status,
    refused: problem.code,
    bars: whole.lines[0]?.waterfall?.map((bar) => bar.code),
    happened: whole.history?.map((entry) => entry.what),
  }),
);
