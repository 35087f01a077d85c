using System.Diagnostics;
using Segmentation.Common;
using Segmentation.Common.Budgets;
using Segmentation.Encoder.Telemetry;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Encoder.Queue;

/// <summary>Work of the threads that read images: the next most urgent image, while others are being encoded.</summary>
internal sealed class ReadWorker(
    EncodeQueue queue,
    PrefetchBuffer prefetched,
    ReadBudget budget,
    HeldPictures pictures,
    EncoderMetrics metrics,
    TimeProvider clock,
    ILogger<ReadWorker> logger)
{
    /// <summary>Reads images until the queue is closed.</summary>
    public void Run()
    {
        while (true)
        {
            // The slot first: which image is the most urgent is decided when it will really be read.
            prefetched.TakeSlot();
            if (queue.Take() is not { } job)
            {
                prefetched.FreeSlot();
                return;
            }

            prefetched.Begin();
            Prepare(job, room: null);
        }
    }

    private void Prepare(EncodeJob job, BudgetLease? room)
    {
        EncoderTelemetry.Waited(job.Parent, clock.GetElapsedTime(job.AdmittedAt), clock);
        if (TryRead(job, room))
        {
            var duration = job.ReadTime;
            prefetched.Add(job);
            metrics.Read(duration);
        }
        else
        {
            prefetched.Fail();
        }
    }

    private bool TryRead(EncodeJob job, BudgetLease? room)
    {
        using var activity = EncoderTelemetry.Source.StartActivity("read image", ActivityKind.Internal, job.Parent);
        var start = clock.GetTimestamp();
        try
        {
            job.Image = job.Input.Crop is null ? ReadWhole(job, room) : ReadCrop(job, room);
            return true;
        }
        catch (ImageException error)
        {
            job.Fail(error);
        }
        catch (OperationCanceledException error) when (job.Stopped.IsCancellationRequested)
        {
            job.Fail(error);
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            EncoderLog.EncodingFailed(logger, error);
            job.Fail(error);
        }
        finally
        {
            job.ReadTime = clock.GetElapsedTime(start) - job.OtherTime;
            pictures.End(job);
            queue.LearnRead(job, job.ReadTime);
        }

        return false;
    }

    private ModelImage ReadWhole(EncodeJob job, BudgetLease? room)
    {
        using var taken = room ?? TakeRoom(job, job.Cost.Bytes);
        return job.Model.Pipeline.Read(job.Input.File, BetweenRows(job), job.Stopped);
    }

    private ModelImage ReadCrop(EncodeJob job, BudgetLease? room)
    {
        if (pictures.Get(job) is not { } picture)
        {
            room ??= TakeRoom(job, job.Cost.FullBytes);
            try
            {
                picture = job.Model.Pipeline.ReadPicture(job.Input.File, BetweenRows(job), job.Stopped);
            }
            catch
            {
                room.Dispose();
                throw;
            }

            pictures.Set(job, picture, room);
        }
        else
        {
            room?.Dispose();
        }

        return job.Model.Pipeline.Cut(picture, job.Input.Crop!.Value, job.Stopped);
    }

    /// <summary>
    /// Reads interactive images between the rows of a batch image. A large file of a search then delays an upload by
    /// some rows only, also where one thread reads.
    /// </summary>
    private Action? BetweenRows(EncodeJob job) =>
        job.Lane == Lane.Interactive ? null : () => Meanwhile(job, ReadInteractive);

    private BudgetLease TakeRoom(EncodeJob job, long bytes)
    {
        BudgetLease? room = null;
        Meanwhile(job, () => room = budget.Take(bytes, job.Lane, job.Stopped));
        return room!;
    }

    private void Meanwhile(EncodeJob job, Action other)
    {
        var start = clock.GetTimestamp();
        other();
        job.OtherTime += clock.GetElapsedTime(start);
    }

    private void ReadInteractive()
    {
        if (!prefetched.TryTakeExtraSlot())
        {
            return;
        }

        BudgetLease? room = null;
        if (queue.TryTakeInteractive(job => (room = budget.TryTake(BytesOf(job))) is not null) is { } job)
        {
            prefetched.Begin();
            Prepare(job, room);
        }
        else
        {
            prefetched.FreeSlot();
        }
    }

    private static long BytesOf(EncodeJob job) => job.Input.Crop is null ? job.Cost.Bytes : job.Cost.FullBytes;
}
