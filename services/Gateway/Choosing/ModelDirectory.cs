using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Models;

namespace Segmentation.Gateway.Choosing;

/// <summary>Finds the model of a request: the named one, the default of the tenant, or that of the server.</summary>
internal sealed class ModelDirectory
{
    /// <summary>Reason of the refusal of a name that stands for no model.</summary>
    public const string Unknown = "MODEL_UNKNOWN";

    private readonly Dictionary<string, GatewayModel> _models;
    private readonly Dictionary<string, ModelRoute> _routes;
    private readonly Dictionary<string, NamedRollOut> _rollOuts;
    private readonly ModelChoiceOptions _options;
    private readonly string _default;

    public ModelDirectory(ServedModels served, IOptions<ModelChoiceOptions> options)
    {
        _options = options.Value;
        All = [.. served.All.Select(model => new GatewayModel(model, new PromptRules(model, served.All)))];
        _models = All.ToDictionary(model => model.Id, StringComparer.Ordinal);
        _routes = All.ToDictionary(model => model.Id, model => new ModelRoute(model), StringComparer.Ordinal);
        _rollOuts = _options.RollOuts.ToDictionary(
            one => one.Key, one => NamedRollOut.Of(one.Key, one.Value, id => _models[id]), StringComparer.Ordinal);
        _default = _options.Default.Length > 0 ? _options.Default : served.Default.Id;
    }

    /// <summary>All models, the first of <c>Segmentation:Model</c> first.</summary>
    public IReadOnlyList<GatewayModel> All { get; }

    /// <summary>All roll-outs.</summary>
    public IReadOnlyCollection<NamedRollOut> RollOuts => _rollOuts.Values;

    /// <summary>The model with an id; null when there is none.</summary>
    public GatewayModel? Find(string id) => _models.GetValueOrDefault(id);

    /// <summary>The models of a tenant's requests that name none.</summary>
    public ModelRoute DefaultOf(string tenant) =>
        RouteOf(_options.TenantDefaults.GetValueOrDefault(tenant, _default), tenant)!;

    /// <summary>
    /// The models that a request's <c>model</c> stands for; an unknown name is INVALID_ARGUMENT with those that there
    /// are.
    /// </summary>
    /// <param name="name">An id or a roll-out's name; empty for the default.</param>
    /// <param name="tenant">The caller's tenant.</param>
    /// <param name="field">The field that the name came in, for the violation.</param>
    public Outcome<ModelRoute> Choose(string? name, string tenant, string field) =>
        string.IsNullOrEmpty(name)
            ? DefaultOf(tenant)
            : RouteOf(name, tenant) is { } route
                ? route
                : Problem.Invalid(field, $"There is no model {ClientText.Quote(name)}. {Names()}", Unknown);

    /// <summary>NOT_FOUND for a model that is asked for by its id.</summary>
    public RpcStatus NotFound(string id) => Problem.Of(
        StatusCode.NotFound, Unknown, $"There is no model {ClientText.Quote(id)}. {Names()}");

    private string Names()
    {
        var names = $"There are: {string.Join(", ", All.Select(model => model.Id))}.";
        return _rollOuts.Count == 0 ? names : $"{names} Roll-outs: {string.Join(", ", _rollOuts.Keys)}.";
    }

    private ModelRoute? RouteOf(string name, string tenant) =>
        _rollOuts.TryGetValue(name, out var rollOut) ? rollOut.RouteOf(tenant) : _routes.GetValueOrDefault(name);
}
