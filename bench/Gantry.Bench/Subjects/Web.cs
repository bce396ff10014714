using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Gantry.Bench.Subjects;

/// <summary>The bare server: Kestrel on $PORT with two answers in memory, one of a few bytes and one of a kilobyte.</summary>
internal static class Web
{
    public static async Task<int> RunAsync()
    {
        var small = "hello, world\n"u8.ToArray();
        var kilobyte = new byte[1024];
        kilobyte.AsSpan().Fill((byte)'x');
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT")}");
        await using var app = builder.Build();
        app.Run(context =>
        {
            var body = context.Request.Path == "/kilobyte" ? kilobyte : small;
            context.Response.ContentLength = body.Length;
            context.Response.ContentType = "text/plain";
            return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
        });
        await app.RunAsync();
        return 0;
    }
}
