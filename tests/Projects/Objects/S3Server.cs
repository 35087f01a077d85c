using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Segmentation.Projects.Tests.Objects;

/// <summary>
/// An S3 server in memory, by path style: objects, ranges, listings of the second version, uploads in parts, addresses
/// that are signed. Every request must be signed with the access key (Signature Version 4).
/// </summary>
internal sealed class S3Server : IAsyncDisposable
{
    public const string AccessKeyId = "tester";
    public const string Secret = "a secret with + and /";
    public const string Bucket = "pictures";
    public const string Region = "eu-central-1";

    private static readonly XNamespace _names = "http://s3.amazonaws.com/doc/2006-03-01/";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SortedDictionary<int, byte[]>> _uploads = new();

    private S3Server(WebApplication app)
    {
        _app = app;
        app.Run(HandleAsync);
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>Objects by key.</summary>
    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    /// <summary>Uploads that were neither completed nor aborted.</summary>
    public int OpenUploads => _uploads.Count;

    /// <summary>The largest body of one request.</summary>
    public long LargestBody { get; private set; }

    /// <summary>Answers of the next requests, before anything is done: to fail them.</summary>
    public ConcurrentQueue<HttpStatusCode> Failures { get; } = new();

    /// <summary>Requests in all.</summary>
    public int Requests { get; private set; }

    /// <summary>Starts a server.</summary>
    /// <param name="certificate">Certificate of an HTTPS port; null: an HTTP port.</param>
    public static async Task<S3Server> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, port =>
            {
                if (certificate is not null)
                {
                    port.UseHttps(certificate);
                }
            });
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var server = new S3Server(builder.Build());
        await server._app.StartAsync();
        return server;
    }

    public void Put(string key, byte[] content) => _objects[key] = content;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        Requests++;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        LargestBody = Math.Max(LargestBody, body.Length);
        if (Failures.TryDequeue(out var failure))
        {
            await FailAsync(context, (int)failure, "InternalError");
            return;
        }

        var rawPath = context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0];
        if (S3Signature.Problem(context.Request, rawPath, body.ToArray(), Secret) is { } problem)
        {
            await FailAsync(context, 403, "SignatureDoesNotMatch", problem);
            return;
        }

        var parts = Uri.UnescapeDataString(rawPath).TrimStart('/').Split('/', 2);
        if (parts[0] != Bucket)
        {
            await FailAsync(context, 404, "NoSuchBucket");
            return;
        }

        var key = parts.Length > 1 ? parts[1] : "";
        await (key.Length == 0 ? ListAsync(context) : ObjectAsync(context, key, body.ToArray()));
    }

    private Task ObjectAsync(HttpContext context, string key, byte[] body)
    {
        var query = context.Request.Query;
        string? upload = query["uploadId"];
        switch (context.Request.Method)
        {
            case "GET" or "HEAD":
                return ReadAsync(context, key);
            case "DELETE" when upload is not null:
                context.Response.StatusCode = _uploads.TryRemove(upload, out _) ? 204 : 404;
                return Task.CompletedTask;
            case "DELETE":
                _objects.TryRemove(key, out _);
                context.Response.StatusCode = 204;
                return Task.CompletedTask;
            case "PUT" when upload is not null:
                _uploads[upload][int.Parse(query["partNumber"]!)] = body;
                context.Response.Headers.ETag = Tag(body);
                return Task.CompletedTask;
            case "PUT":
                _objects[key] = body;
                context.Response.Headers.ETag = Tag(body);
                return Task.CompletedTask;
            case "POST" when query.ContainsKey("uploads"):
                var id = Guid.NewGuid().ToString("n");
                _uploads[id] = [];
                return AnswerAsync(context, new XElement(
                    _names + "InitiateMultipartUploadResult", new XElement(_names + "UploadId", id)));
            default:
                return CompleteAsync(context, key, upload!, body);
        }
    }

    private Task CompleteAsync(HttpContext context, string key, string upload, byte[] body)
    {
        var parts = _uploads[upload];
        var named = XElement.Parse(System.Text.Encoding.UTF8.GetString(body)).Elements()
            .Select(part => (
                int.Parse(part.Elements().First(child => child.Name.LocalName == "PartNumber").Value),
                part.Elements().First(child => child.Name.LocalName == "ETag").Value.Trim('"')))
            .ToList();
        var isTooSmall = parts.SkipLast(1).Any(part => part.Value.Length < 5 * 1024 * 1024);
        if (isTooSmall || !named.SequenceEqual(parts.Select(part => (part.Key, Tag(part.Value).Trim('"')))))
        {
            return FailAsync(context, 400, "InvalidPart");
        }

        _objects[key] = [.. parts.Values.SelectMany(part => part)];
        _uploads.TryRemove(upload, out _);
        return AnswerAsync(context, new XElement(
            _names + "CompleteMultipartUploadResult", new XElement(_names + "Key", key)));
    }

    private async Task ReadAsync(HttpContext context, string key)
    {
        if (!_objects.TryGetValue(key, out var content))
        {
            await FailAsync(context, 404, "NoSuchKey");
            return;
        }

        var (from, to) = (0L, content.LongLength - 1);
        if (context.Request.GetTypedHeaders().Range?.Ranges.Single() is { } range)
        {
            (from, to) = (range.From ?? 0, Math.Min(range.To ?? to, to));
            if (from >= content.Length)
            {
                await FailAsync(context, 416, "InvalidRange");
                return;
            }

            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{content.Length}";
        }

        if (context.Request.Query["response-content-disposition"] is [{ } disposition])
        {
            context.Response.Headers.ContentDisposition = disposition;
        }

        context.Response.ContentLength = to - from + 1;
        context.Response.Headers.ETag = Tag(content);
        if (context.Request.Method == "GET")
        {
            await context.Response.Body.WriteAsync(content.AsMemory((int)from, (int)(to - from + 1)));
        }
    }

    private Task ListAsync(HttpContext context)
    {
        // A page of three: what is listed has more than one.
        const int PageSize = 3;
        var query = context.Request.Query;
        var prefix = query["prefix"].ToString();
        var after = query["continuation-token"] is [{ } token] ? token : query["start-after"].ToString();
        var keys = _objects.Keys
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0)
            .Order(StringComparer.Ordinal)
            .ToList();
        var page = keys.Take(PageSize).ToList();
        return AnswerAsync(context, new XElement(
            _names + "ListBucketResult",
            new XElement(_names + "IsTruncated", keys.Count > PageSize),
            keys.Count > PageSize ? new XElement(_names + "NextContinuationToken", page[^1]) : null,
            page.Select(key => new XElement(
                _names + "Contents",
                new XElement(_names + "Key", key),
                new XElement(_names + "Size", _objects[key].Length)))));
    }

#pragma warning disable CA5351 // MD5 is the protocol's own choice: clients compare the tag with what they read.
    private static string Tag(byte[] content) => $"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"";
#pragma warning restore CA5351

    private static async Task AnswerAsync(HttpContext context, XElement answer)
    {
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync(answer.ToString());
    }

    private static async Task FailAsync(HttpContext context, int code, string name, string message = "")
    {
        context.Response.StatusCode = code;
        if (context.Request.Method != "HEAD")
        {
            await AnswerAsync(context, new XElement(
                "Error", new XElement("Code", name), new XElement("Message", message)));
        }
    }
}
