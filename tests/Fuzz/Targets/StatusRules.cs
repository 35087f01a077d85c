using Google.Rpc;
using Grpc.Core;
using Segmentation.Fuzz.Engine;

namespace Segmentation.Fuzz.Targets;

/// <summary>What holds for every refusal.</summary>
internal static class StatusRules
{
    /// <summary>Checks a refusal's exception.</summary>
    public static void Check(RpcException exception)
    {
        var status = exception.GetRpcStatus();
        Require.That(status is not null, () => exception.ToString());
        Check(status!);
    }

    /// <summary>
    /// Checks a refusal: it has a reason, says that the request is wrong and not the server, and can be written in a
    /// header and in one line of a log.
    /// </summary>
    public static void Check(RpcStatus status)
    {
        Require.That(status.GetDetail<ErrorInfo>()?.Reason is { Length: > 0 }, () => $"{status}");
        Require.That((StatusCode)status.Code is not (StatusCode.Internal or StatusCode.Unknown), () => $"{status}");
        CheckText(status.Message);
        foreach (var violation in status.GetDetail<BadRequest>()?.FieldViolations ?? [])
        {
            CheckText(violation.Field);
            CheckText(violation.Description);
        }
    }

    /// <summary>
    /// Checks a text that repeats what a stranger sent: whole characters, none of them a control character.
    /// </summary>
    public static void CheckText(string text)
    {
        Require.That(text.Length > 0);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            Require.That(!char.IsControl(text[i]) && (isPair || !char.IsSurrogate(text[i])), () => text);
            i += isPair ? 1 : 0;
        }
    }
}
