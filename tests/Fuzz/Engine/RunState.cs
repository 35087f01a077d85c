using System.IO.MemoryMappedFiles;

namespace Segmentation.Fuzz.Engine;

/// <summary>
/// The input at hand and the counts of a run, in a file that another process reads after this one was killed by what a
/// native library made of the input.
/// </summary>
internal sealed class RunState : IDisposable
{
    private const int HeaderBytes = 64;
    private const int InputsAt = 0;
    private const int EdgesAt = 8;
    private const int CorpusAt = 16;
    private const int FindsAt = 24;
    private const int LengthAt = 32;
    private const int EndedAt = 40;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <param name="path">The file; made where there is none.</param>
    /// <param name="mostBytes">Bytes of the longest input.</param>
    public RunState(string path, int mostBytes)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, HeaderBytes + mostBytes);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Inputs that were run.</summary>
    public long Inputs
    {
        get => _view.ReadInt64(InputsAt);
        set => _view.Write(InputsAt, value);
    }

    /// <summary>Edges that inputs went over.</summary>
    public long Edges
    {
        get => _view.ReadInt64(EdgesAt);
        set => _view.Write(EdgesAt, value);
    }

    /// <summary>Inputs that were kept.</summary>
    public long Corpus
    {
        get => _view.ReadInt64(CorpusAt);
        set => _view.Write(CorpusAt, value);
    }

    /// <summary>Inputs that were written down as finds.</summary>
    public long Finds
    {
        get => _view.ReadInt64(FindsAt);
        set => _view.Write(FindsAt, value);
    }

    /// <summary>True when the run came to its end.</summary>
    public bool HasEnded
    {
        get => _view.ReadBoolean(EndedAt);
        set => _view.Write(EndedAt, value);
    }

    /// <summary>The input at hand.</summary>
    public byte[] Input
    {
        get
        {
            var input = new byte[_view.ReadInt32(LengthAt)];
            _view.ReadArray(HeaderBytes, input, 0, input.Length);
            return input;
        }

        set
        {
            _view.WriteArray(HeaderBytes, value, 0, value.Length);
            _view.Write(LengthAt, value.Length);
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
