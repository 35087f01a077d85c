using Microsoft.Extensions.Options;
using Segmentation.Common.Caching;
using Segmentation.Doors.Fetching;

namespace Segmentation.Doors.LabelStudio;

/// <summary>
/// What Label Studio said of its projects at set-up: their configuration, and where their pictures are. Bounded; tenants
/// share the room. An address that the operator does not allow is not remembered. Safe for concurrent use.
/// </summary>
internal sealed class ProjectStates(FetchPolicy policy, IOptions<LabelStudioOptions> options)
{
    /// <summary>Bytes of all projects.</summary>
    public const long MaxBytes = 16 << 20;

    private const int EntryBytes = 512;

    private readonly Lock _gate = new();
    private readonly LruCache<(string Tenant, string Project), ProjectState> _states =
        new(MaxBytes) { OwnerOf = key => key.Tenant };

    private readonly StudioConnection? _own = StudioConnection.Base(options.Value.Url) is { } address
        ? new StudioConnection(address, options.Value.Token)
        : null;

    /// <summary>Remembers a project.</summary>
    /// <param name="tenant">The caller's tenant.</param>
    /// <param name="project">The project's number.</param>
    /// <param name="schema">Its labelling configuration.</param>
    /// <param name="hostname">Address of Label Studio.</param>
    /// <param name="token">A token of it.</param>
    public void Remember(string tenant, string project, string schema, string hostname, string token)
    {
        var address = StudioConnection.Base(hostname);
        var isAllowed = address is not null && policy.Allows(address);
        var connection = isAllowed ? new StudioConnection(address!, StudioConnection.IsToken(token) ? token : "") : null;
        var bytes = EntryBytes + 2L * (tenant.Length + project.Length + schema.Length + token.Length + hostname.Length);
        lock (_gate)
        {
            _states.Set((tenant, project), new ProjectState(schema, connection), bytes);
        }
    }

    /// <summary>A project's configuration; null: there was no set-up, or it is forgotten.</summary>
    public string? SchemaOf(string tenant, string project) => Find(tenant, project)?.Schema;

    /// <summary>Where a project's pictures are: as the options say, else as its set-up did; null: nowhere.</summary>
    public StudioConnection? ConnectionOf(string tenant, string project)
    {
        var said = Find(tenant, project)?.Connection;
        var isOwn = options.Value.Tenant.Length == 0 || options.Value.Tenant == tenant;
        if (_own is null || !isOwn)
        {
            return said;
        }

        // Without a token of the operator's, that of the set-up will do, if it is of the same place.
        return _own.Token.Length == 0 && said is not null && said.Address == _own.Address ? said : _own;
    }

    private ProjectState? Find(string tenant, string project)
    {
        lock (_gate)
        {
            return _states.TryGet((tenant, project), out var state) ? state : null;
        }
    }

    private sealed record ProjectState(string Schema, StudioConnection? Connection);
}
