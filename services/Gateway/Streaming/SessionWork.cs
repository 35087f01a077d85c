using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Streaming;

/// <summary>One thing for a session to do, in the order of its messages.</summary>
internal abstract class SessionWork
{
    /// <summary>Open an image.</summary>
    /// <param name="request">The message.</param>
    /// <param name="reservation">Reservation of its bytes until it is done; null when they are few.</param>
    internal sealed class Open(OpenImage request, IDisposable? reservation) : SessionWork
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when the session has come to this image.</summary>
        public Task Begun => _begun.Task;

        /// <summary>To be disposed when the image is open, or is not.</summary>
        public IDisposable? Reservation => reservation;

        /// <summary>The request; called once, when the session comes to it.</summary>
        public OpenImage Begin()
        {
            _begun.TrySetResult();
            return request;
        }
    }

    /// <summary>Forget the refinement state.</summary>
    internal sealed class Reset : SessionWork;

    /// <summary>Send an answer that is there already.</summary>
    internal sealed class Reply(SegmentStreamResponse response) : SessionWork
    {
        /// <summary>The answer.</summary>
        public SegmentStreamResponse Response { get; } = response;
    }

    /// <summary>Answer a message that could not be accepted.</summary>
    internal sealed class Refuse(StreamError error) : SessionWork
    {
        /// <summary>The answer.</summary>
        public StreamError Error { get; } = error;
    }
}
