using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Streaming;

/// <summary>A prompt whose time has come.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Superseded">Sequence numbers dropped in its favour, ascending.</param>
/// <param name="Mode">The session's mode when the prompt was read.</param>
/// <param name="Loan">To be disposed when it is answered; null when its bytes are few.</param>
internal sealed record PromptTicket(
    StreamPrompt Prompt, IReadOnlyList<long> Superseded, StreamMode Mode, IDisposable? Loan);
