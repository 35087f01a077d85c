using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Segmentation.Projects.Storage;

/// <summary>
/// Stores a UUID as its 16 bytes, most significant first: less than half of the text that SQLite would hold, and in the
/// order of time for version 7.
/// </summary>
internal sealed class GuidBytes() : ValueConverter<Guid, byte[]>(
    id => id.ToByteArray(true), bytes => new Guid(bytes, true));
