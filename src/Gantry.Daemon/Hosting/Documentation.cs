namespace Gantry.Daemon.Hosting;

/// <summary>The page at <c>/docs</c>, made when somebody first asks for it: most daemons never show it.</summary>
internal static class Documentation
{
    private const string Prefix = "docs";

    public static void UseDocumentation(this IApplicationBuilder app)
    {
        var page = new Lazy<RequestDelegate>(() => Build(app.New()));
        app.Use((context, next) => context.Request.Path.StartsWithSegments("/" + Prefix) ? page.Value(context) : next(context));
    }

    private static RequestDelegate Build(IApplicationBuilder branch)
    {
        branch.UseSwaggerUI(page =>
        {
            page.RoutePrefix = Prefix;
            page.SwaggerEndpoint("/openapi/v1.json", "Gantry");
        });
        return branch.Build();
    }
}
