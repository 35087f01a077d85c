using Microsoft.Extensions.Options;
using Segmentation.Common.Budgets;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;

namespace Segmentation.Gateway.Answers;

/// <summary>
/// Bytes of answers that may be in this process at once, from before they are made until their clients have taken them.
/// An eighth is for small answers alone, so that clicks find room while large answers have taken everything else.
/// </summary>
internal sealed class AnswerBudget
{
    /// <summary>Bytes of the largest answer that counts as small: three masks of a click in run lengths.</summary>
    public const int Small = 128 * 1024;

    /// <summary>
    /// Bytes of the largest answer that the server library sends. It copies a message for the connection as a whole and
    /// lets the call end before the client has it; this much the server keeps of every call.
    /// </summary>
    public const int LeftToServer = 64 * 1024;

    private const int SmallShare = 8;

    private readonly AnswerOptions _options;
    private readonly ByteBudget _large;
    private readonly ByteBudget _small;

    /// <param name="options">The limits.</param>
    /// <param name="tenants">Counts the bytes of each tenant, those of requests included; null: nobody asks for them.</param>
    public AnswerBudget(IOptions<AnswerOptions> options, TenantBytes? tenants = null)
    {
        _options = options.Value;
        _small = new ByteBudget(_options.MaxBytesInFlight / SmallShare, tenants);
        _large = new ByteBudget(_options.MaxBytesInFlight - _small.Limit, tenants);
    }

    /// <summary>Bytes of the largest single answer.</summary>
    public long MaxBytes => _options.MaxBytes;

    /// <summary>Bytes held now.</summary>
    public long Held => _large.Held + _small.Held;

    /// <summary>Reserves bytes until the result is disposed; null when there is no room.</summary>
    /// <param name="caller">The caller that is charged.</param>
    /// <param name="bytes">The answer's bytes, as estimated.</param>
    public AnswerReservation? TryReserve(Caller caller, long bytes)
    {
        var held = new AnswerReservation((bytes > Small ? _large : _small).Open(caller.Tenant, caller.Connection));
        return held.TrySet(bytes) ? held : null;
    }

    /// <summary>The answer to a request whose answer found no room.</summary>
    public RpcStatus Exhausted() => Problem.TryLater(
        StatusCode.ResourceExhausted,
        "ANSWERS_IN_FLIGHT",
        $"Answers of up to {_options.MaxBytesInFlight} bytes are being made or sent, or this caller has its share of them. "
            + "Try again after the delay in RetryInfo, and take answers as fast as they come.",
        _options.RetryAfter);

    /// <summary>The answer to a request whose answer is over the limit of one.</summary>
    /// <param name="prompts">Prompts of the request.</param>
    /// <param name="bytes">Bytes of the answer: more than the limit.</param>
    public RpcStatus TooLarge(int prompts, long bytes) => Problem.Invalid(
        "output.formats",
        $"The masks of {prompts} prompts in these forms take about {bytes} bytes, and {MaxBytes} are the most in one answer: "
            + $"send at most {Math.Max(1, (int)(prompts * (MaxBytes / (double)bytes)))} prompts at a time, or ask for fewer "
            + "forms.",
        "ANSWER_TOO_LARGE");
}
