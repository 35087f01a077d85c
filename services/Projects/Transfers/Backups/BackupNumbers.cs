using Google.Protobuf;
using Segmentation.Client.Projects;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>
/// Numbers that databases give, replaced: in a backup objects are counted from 1, so that two servers write the same
/// backup of the same project. Ids that clients made stay, unless this server has them already.
/// </summary>
/// <param name="salt">Null: ids that clients made stay. Else they are made anew from this and the old id.</param>
internal sealed class BackupNumbers(Guid? salt = null)
{
    /// <summary>Pictures.</summary>
    public NumberMap Pictures { get; } = new();

    /// <summary>Jobs.</summary>
    public NumberMap Jobs { get; } = new();

    /// <summary>Runs.</summary>
    public NumberMap Runs { get; } = new();

    /// <summary>Sources.</summary>
    public NumberMap Sources { get; } = new();

    /// <summary>An id that a client made.</summary>
    public Guid Map(Guid id) => salt is { } space ? NameBasedId.Of(space, id.ToString("D")) : id;

    /// <summary>Replaces numbers and ids in an origin.</summary>
    public byte[] MapProvenance(byte[] bytes, long run)
    {
        if (run == 0 && salt is null)
        {
            return bytes;
        }

        var origin = Provenance.Parser.ParseFrom(bytes);
        Map(origin);
        return origin.ToByteArray();
    }

    /// <summary>Replaces numbers and ids in the state before an operation.</summary>
    public byte[]? MapAnnotation(byte[]? bytes)
    {
        if (bytes is null)
        {
            return null;
        }

        var annotation = Annotation.Parser.ParseFrom(bytes);
        annotation.Id = MapText(annotation.Id);
        annotation.Picture = Pictures.Find(annotation.Picture);
        annotation.Job = Jobs.Find(annotation.Job);
        if (annotation.Provenance is { } origin)
        {
            Map(origin);
        }

        return annotation.ToByteArray();
    }

    private void Map(Provenance origin)
    {
        origin.Run = Runs.Find(origin.Run);
        for (var i = 0; i < origin.Parents.Count; i++)
        {
            origin.Parents[i] = MapText(origin.Parents[i]);
        }
    }

    private string MapText(string id) =>
        salt is not null && Guid.TryParse(id, out var parsed) ? Map(parsed).ToString("D") : id;
}
