using System.Text;
using Google.Protobuf;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Robot;

/// <summary>
/// What a robot did: every operation before it is sent, and every acknowledgement. A line that a kill cut off is not
/// there for it.
/// </summary>
public sealed class Journal : IDisposable
{
    private const string Sent = "operation";
    private const string Known = "acknowledged";
    private readonly FileStream _file;
    private readonly List<Operation> _operations = [];
    private readonly Dictionary<string, long> _revisions = [];

    private Journal(FileStream file) => _file = file;

    /// <summary>All operations, the oldest first.</summary>
    public IReadOnlyList<Operation> Operations => _operations;

    /// <summary>Operations that the server has acknowledged.</summary>
    public IEnumerable<Operation> Acknowledged => _operations.Where(one => _revisions.ContainsKey(one.Id));

    /// <summary>The last operation, if the server has not acknowledged it.</summary>
    public Operation? Unacknowledged =>
        _operations is [.., var last] && !_revisions.ContainsKey(last.Id) ? last : null;

    /// <summary>Opens a journal, or begins one.</summary>
    public static Journal Open(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var journal = new Journal(file);
        journal.Load();
        return journal;
    }

    /// <summary>Reads a journal that somebody else may be writing.</summary>
    public static Journal Read(string path)
    {
        var journal = new Journal(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        journal.Load();
        return journal;
    }

    /// <summary>Revision of the annotation after an acknowledged operation.</summary>
    public long RevisionAfter(string operation) => _revisions[operation];

    /// <summary>Writes an operation down; nothing is sent before this has returned.</summary>
    public void Add(Operation operation)
    {
        _operations.Add(operation);
        Write($"{Sent} {Convert.ToBase64String(operation.ToByteArray())}");
    }

    /// <summary>Writes an acknowledgement down.</summary>
    public void Acknowledge(Operation operation, long revision)
    {
        _revisions.Add(operation.Id, revision);
        Write($"{Known} {operation.Id} {revision}");
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Load()
    {
        using var reader = new StreamReader(_file, Encoding.ASCII, false, -1, leaveOpen: true);
        var text = reader.ReadToEnd();
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        foreach (var line in whole.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            if (words[0] == Sent)
            {
                _operations.Add(Operation.Parser.ParseFrom(Convert.FromBase64String(words[1])));
            }
            else
            {
                _revisions.Add(words[1], long.Parse(words[2]));
            }
        }

        if (_file.CanWrite)
        {
            _file.SetLength(whole.Length);
            _file.Seek(0, SeekOrigin.End);
        }
    }

    private void Write(string line)
    {
        _file.Write(Encoding.ASCII.GetBytes(line + '\n'));
        _file.Flush(flushToDisk: true);
    }
}
