using Segmentation.Cli.Segmenting;
using Segmentation.Redis;

namespace Segmentation.Cli.Diagnosis;

/// <summary>Arguments of <c>segctl doctor</c>: what is checked.</summary>
/// <param name="Server">A server; null: none.</param>
/// <param name="Operators">Address of its operators' port; null: found out where it is on this machine.</param>
/// <param name="Root">Folder of a person's own models; null: what the environment names.</param>
/// <param name="Store">Connection string of a Redis; null: none.</param>
/// <param name="StoreAccess">Files with its password and authorities.</param>
/// <param name="DataFolder">Folder of projects; null: what the environment names, or the default.</param>
/// <param name="AsJson">True where the report is JSON.</param>
internal sealed record DoctorArguments(
    ServerConnection? Server,
    Uri? Operators,
    string? Root,
    string? Store,
    RedisAccessOptions StoreAccess,
    string? DataFolder,
    bool AsJson);
