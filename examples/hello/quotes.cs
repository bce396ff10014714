#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
#:property UseSharedCompilation=false

// Gantry says where to listen.
var port = Environment.GetEnvironmentVariable("PORT") ?? "5001";

string[] quotes =
[
    "Simplicity is prerequisite for reliability. (Edsger Dijkstra)",
    "Controlling complexity is the essence of computer programming. (Brian Kernighan)",
    "The purpose of computing is insight, not numbers. (Richard Hamming)",
    "Premature optimization is the root of all evil. (Donald Knuth)",
];

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();

app.MapGet("/health", () => "healthy");
app.MapGet("/quote", () =>
{
    var quote = quotes[Random.Shared.Next(quotes.Length)];
    Console.WriteLine($"quoting: {quote}");
    return quote;
});

Console.WriteLine($"quotes: listening on port {port} as process {Environment.ProcessId}");
app.Run($"http://127.0.0.1:{port}");
