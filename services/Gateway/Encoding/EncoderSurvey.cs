using Grpc.Core;
using Segmentation.Protocol.Encoder.V1;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Asks each connected encoder which models it serves: when it is connected, and again and again, since another process
/// with other models may take its place at the same address.
/// </summary>
internal sealed class EncoderSurvey : IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    /// <summary>An encoder whose cores all encode may take some seconds to answer.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly EncoderService.EncoderServiceClient _client;
    private readonly EncoderModels _models;
    private readonly EncoderWork _work;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Begins to ask.</summary>
    /// <param name="client">The encoders.</param>
    /// <param name="models">Told what they say.</param>
    /// <param name="work">Told how long they need for an image.</param>
    /// <param name="clock">The clock.</param>
    public EncoderSurvey(
        EncoderService.EncoderServiceClient client, EncoderModels models, EncoderWork work, TimeProvider clock)
    {
        (_client, _models, _work, _clock) = (client, models, work, clock);
        _models.Connected += Begin;
        _timer = clock.CreateTimer(_ => Begin(), null, _period, _period);
    }

    /// <summary>Asks all connected encoders now.</summary>
    public Task AskAsync() => Task.WhenAll(_models.All.Select(AskAsync));

    public void Dispose()
    {
        _models.Connected -= Begin;
        _timer.Dispose();
        _stop.Cancel();
        _stop.Dispose();
    }

    // The balancer, which may raise the event within its lock, must not wait for answers.
    private void Begin() => _ = Task.Run(AskAsync);

    private async Task AskAsync(ConnectedEncoder encoder)
    {
        if (!encoder.TryAsk())
        {
            return;
        }

        try
        {
            using var patience = new CancellationTokenSource(_patience, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
            var answer = await _client.ListModelsAsync(
                new ListModelsRequest(), EncoderHeaders.To(encoder), cancellationToken: either.Token);
            _models.Learn(
                encoder, answer.Models.Select(one => EncoderModels.NameOf(one.Digest, one.Preprocessing)).ToHashSet());
            foreach (var model in answer.Models)
            {
                _work.Tell(model.Digest, model.EncodeDuration?.ToTimeSpan() / Math.Max(1, answer.Workers) ?? TimeSpan.Zero);
            }
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Unimplemented)
        {
            // An encoder of an earlier version has one model, and refuses images of others.
            _models.Learn(encoder, models: null);
        }
        catch (Exception error) when (error is RpcException or ObjectDisposedException or OperationCanceledException)
        {
            // The encoder, or this gateway, is ending. Otherwise the encoder is asked again soon.
        }
        finally
        {
            encoder.Asked();
        }
    }
}
