using Segmentation.Embeddings;
using Segmentation.Gateway.Choosing;

namespace Segmentation.Gateway.Encoding;

/// <summary>Knows which connected encoder serves which model. Safe for concurrent use.</summary>
internal sealed class EncoderModels : IModelReadiness
{
    private readonly Lock _gate = new();
    private IReadOnlyList<ConnectedEncoder> _connected = [];
    private TaskCompletionSource _changed = NewChange();

    /// <summary>Raised when the connected encoders are others than before.</summary>
    public event Action? Connected;

    /// <summary>The connected encoders.</summary>
    public IReadOnlyList<ConnectedEncoder> All
    {
        get
        {
            lock (_gate)
            {
                return _connected;
            }
        }
    }

    /// <summary>Name of a model between gateway and encoders: all that its embeddings depend on.</summary>
    public static string NameOf(string digest, string preprocessing) => $"{digest}/{preprocessing}";

    /// <summary>Name of the model of an embedding.</summary>
    public static string NameOf(EmbeddingKey key) => NameOf(key.ModelDigest, key.Preprocessing);

    /// <summary>Number of connected encoders that serve a model.</summary>
    public int CountOf(string model) => All.Count(encoder => encoder.Serves(model));

    public bool IsServed(ModelIdentity model) => CountOf(NameOf(model.Digest, model.Preprocessing)) > 0;

    /// <summary>Takes over the encoders that are connected now.</summary>
    public void Replace(IReadOnlyList<ConnectedEncoder> connected)
    {
        bool isSame;
        lock (_gate)
        {
            isSame = _connected.SequenceEqual(connected);
            _connected = connected;
        }

        Change();
        if (!isSame)
        {
            Connected?.Invoke();
        }
    }

    /// <summary>Takes over what an encoder said.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="models">Names of its models; null for an encoder that cannot say.</param>
    public void Learn(ConnectedEncoder encoder, IReadOnlySet<string>? models)
    {
        encoder.Learn(models);
        Change();
    }

    /// <summary>Waits until a connected encoder serves a model.</summary>
    /// <exception cref="OperationCanceledException">None did before the token was cancelled.</exception>
    public async Task ServedAsync(string model, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (CountOf(model) > 0)
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            (changed, _changed) = (_changed, NewChange());
        }

        changed.SetResult();
    }
}
