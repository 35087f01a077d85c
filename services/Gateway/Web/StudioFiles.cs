using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Segmentation.Gateway.Web;

/// <summary>Serves the studio at <c>/</c>.</summary>
internal static class StudioFiles
{
    /// <summary>Serves the files that the build copied; nothing where there are none.</summary>
    public static void UseStudio(this WebApplication app)
    {
        var folder = app.Services.GetRequiredService<StudioFolder>();
        if (!folder.Exists)
        {
            return;
        }

        var files = new PhysicalFileProvider(folder.Path);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            ContentTypeProvider = Types(),
            OnPrepareResponse = response => AddHeaders(response.Context),
        });
    }

    private static FileExtensionContentTypeProvider Types()
    {
        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".mjs"] = "text/javascript";
        types.Mappings[".onnx"] = "application/octet-stream";
        types.Mappings[".webmanifest"] = "application/manifest+json";
        return types;
    }

    private static void AddHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;

        // Threads of WebAssembly share memory, which browsers allow to isolated pages only.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = SecurityHeaders.StudioPolicy;

        // Names in assets/ hold a hash of the file.
        headers.CacheControl = context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
    }
}

/// <summary>Folder of the studio's files, if this server was built with them.</summary>
/// <param name="Path">The folder; index.html in it is the studio.</param>
internal sealed record StudioFolder(string Path)
{
    /// <summary>The folder that the build copies the files to.</summary>
    public static StudioFolder BesideThisProgram { get; } =
        new(System.IO.Path.Combine(AppContext.BaseDirectory, "studio"));

    /// <summary>True when there is a studio.</summary>
    public bool Exists => File.Exists(System.IO.Path.Combine(Path, "index.html"));
}
