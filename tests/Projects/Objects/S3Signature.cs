using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Segmentation.Projects.Tests.Objects;

/// <summary>Checks AWS Signature Version 4, in a header or in the address.</summary>
internal static class S3Signature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Null for a request that is signed with the secret, else what is wrong.</summary>
    public static string? Problem(HttpRequest request, string rawPath, byte[] body, string secret)
    {
        string? header = request.Headers.Authorization;
        var query = request.Query.ToDictionary(pair => pair.Key, pair => pair.Value);
        string credential, signedHeaders, signature, date, payload;
        if (header is not null)
        {
            if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            {
                return "another algorithm";
            }

            var fields = header[(Algorithm.Length + 1)..].Split(',').Select(field => field.Trim().Split('=', 2))
                .ToDictionary(field => field[0], field => field[1]);
            (credential, signedHeaders, signature) =
                (fields["Credential"], fields["SignedHeaders"], fields["Signature"]);
            date = request.Headers["x-amz-date"].ToString();
            payload = request.Headers["x-amz-content-sha256"].ToString();
            if (payload != Hex(SHA256.HashData(body)))
            {
                return $"the body is not that of the signature: {payload}";
            }
        }
        else if (query.TryGetValue("X-Amz-Signature", out var inAddress))
        {
            (credential, signedHeaders, signature, date, payload) = (
                query["X-Amz-Credential"].ToString(),
                query["X-Amz-SignedHeaders"].ToString(),
                inAddress.ToString(),
                query["X-Amz-Date"].ToString(),
                "UNSIGNED-PAYLOAD");
            query.Remove("X-Amz-Signature");
            if (HasEnded(date, query["X-Amz-Expires"].ToString()))
            {
                return "the address has ended";
            }
        }
        else
        {
            return "no signature";
        }

        var scope = credential.Split('/', 2);
        if (scope[0] != S3Server.AccessKeyId || scope[1] != $"{date[..8]}/{S3Server.Region}/s3/aws4_request")
        {
            return $"the credential {credential}";
        }

        var canonical = string.Join(
            '\n',
            request.Method,
            rawPath,
            Query(query),
            string.Concat(signedHeaders.Split(';').Select(name => $"{name}:{Header(request, name)}\n")),
            signedHeaders,
            payload);
        var text = string.Join('\n', Algorithm, date, scope[1],
            Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        var key = scope[1].Split('/').Aggregate(
            Encoding.UTF8.GetBytes("AWS4" + secret),
            (step, part) => HMACSHA256.HashData(step, Encoding.UTF8.GetBytes(part)));
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text))) == signature ? null : canonical;
    }

    private static bool HasEnded(string date, string seconds) =>
        DateTimeOffset.ParseExact(
            date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                + TimeSpan.FromSeconds(int.Parse(seconds)) < TimeProvider.System.GetUtcNow();

    private static string Query(Dictionary<string, StringValues> query) => string.Join('&', query
        .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value.ToString())}")
        .Order(StringComparer.Ordinal));

    private static string Header(HttpRequest request, string name) =>
        string.Join(',', request.Headers[name].Select(value => value!.Trim()));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
