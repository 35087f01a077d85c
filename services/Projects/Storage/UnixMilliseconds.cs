using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Segmentation.Projects.Storage;

/// <summary>Stores a time as milliseconds since 1970 (UTC).</summary>
internal sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeMilliseconds(), value => DateTimeOffset.FromUnixTimeMilliseconds(value));
