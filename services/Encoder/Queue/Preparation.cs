using System.Diagnostics;
using Segmentation.Encoder.Pipeline;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Encoder.Queue;

/// <summary>What the threads that read images do: the next most urgent image, while others are being encoded.</summary>
internal sealed class Preparation(
    EncodeQueue queue,
    ReadAhead ahead,
    ReadBudget budget,
    HeldPictures pictures,
    IImagePipeline pipeline,
    EncoderMetrics metrics,
    TimeProvider time,
    ILogger<Preparation> logger)
{
    /// <summary>Reads images until the queue is closed.</summary>
    public void Run()
    {
        while (true)
        {
            // The slot first: which image is the most urgent is decided when it will really be read.
            ahead.TakeSlot();
            if (queue.Take() is not { } work)
            {
                ahead.FreeSlot();
                return;
            }

            ahead.Begin();
            Prepare(work, room: null);
        }
    }

    private void Prepare(EncodeWork work, ReadRoom? room)
    {
        EncoderTelemetry.Waited(work.Parent, time.GetElapsedTime(work.AdmittedAt), time);
        if (TryRead(work, room))
        {
            var duration = work.ReadTime;
            ahead.Add(work);
            metrics.Read(duration);
        }
        else
        {
            ahead.Fail();
        }
    }

    private bool TryRead(EncodeWork work, ReadRoom? room)
    {
        using var activity = EncoderTelemetry.Source.StartActivity("read image", ActivityKind.Internal, work.Parent);
        var start = time.GetTimestamp();
        try
        {
            work.Image = work.Order.Crop is null ? ReadWhole(work, room) : ReadCrop(work, room);
            return true;
        }
        catch (ImageException error)
        {
            work.Fail(error);
        }
        catch (OperationCanceledException error) when (work.Stopped.IsCancellationRequested)
        {
            work.Fail(error);
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            EncoderLog.EncodingFailed(logger, error);
            work.Fail(error);
        }
        finally
        {
            work.ReadTime = time.GetElapsedTime(start) - work.OtherTime;
            pictures.End(work);
            queue.LearnRead(work, work.ReadTime);
        }

        return false;
    }

    private ModelImage ReadWhole(EncodeWork work, ReadRoom? room)
    {
        using var taken = room ?? TakeRoom(work, work.Cost.Bytes);
        return pipeline.Read(work.Order.File, BetweenRows(work), work.Stopped);
    }

    private ModelImage ReadCrop(EncodeWork work, ReadRoom? room)
    {
        if (pictures.Get(work) is not { } picture)
        {
            room ??= TakeRoom(work, work.Cost.FullBytes);
            try
            {
                picture = pipeline.ReadPicture(work.Order.File, BetweenRows(work), work.Stopped);
            }
            catch
            {
                room.Dispose();
                throw;
            }

            pictures.Set(work, picture, room);
        }
        else
        {
            room?.Dispose();
        }

        return pipeline.Cut(picture, work.Order.Crop!.Value, work.Stopped);
    }

    /// <summary>
    /// Lets people pass while an image is read that nobody looks at: theirs are read between its rows. A large file of
    /// a search then delays an upload by some rows, also where one thread reads.
    /// </summary>
    private Action? BetweenRows(EncodeWork work) =>
        work.Priority == EncodePriority.Interactive ? null : () => Meanwhile(work, ReadInteractive);

    private ReadRoom TakeRoom(EncodeWork work, long bytes)
    {
        ReadRoom? room = null;
        Meanwhile(work, () => room = budget.Take(bytes, work.Priority, work.Stopped));
        return room!;
    }

    private void Meanwhile(EncodeWork work, Action other)
    {
        var start = time.GetTimestamp();
        other();
        work.OtherTime += time.GetElapsedTime(start);
    }

    private void ReadInteractive()
    {
        if (!ahead.TryTakeExtraSlot())
        {
            return;
        }

        ReadRoom? room = null;
        if (queue.TryTakeInteractive(work => (room = budget.TryTake(BytesOf(work))) is not null) is { } work)
        {
            ahead.Begin();
            Prepare(work, room);
        }
        else
        {
            ahead.FreeSlot();
        }
    }

    private static long BytesOf(EncodeWork work) => work.Order.Crop is null ? work.Cost.Bytes : work.Cost.FullBytes;
}
