using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Models;

namespace Segmentation.Gateway.Choosing;

/// <summary>Checks <see cref="ModelChoiceOptions"/> at start, against the models that are served.</summary>
/// <param name="served">The models.</param>
internal sealed partial class ModelChoiceOptionsValidator(ServedModels served) : IValidateOptions<ModelChoiceOptions>
{
    private const double LeastCost = 0.001;
    private const double MostCost = 1000;

    // A label of DNS, as tenants have it, too.
    private const string NameRule = "must be 1 to 63 of a-z 0-9 -";

    private readonly string _ids = string.Join(", ", served.All.Select(model => model.Id));

    public ValidateOptionsResult Validate(string? name, ModelChoiceOptions options)
    {
        var checks = new OptionChecks(ModelChoiceOptions.Section);
        if (options.Default.Length > 0)
        {
            CheckTarget(checks, options, nameof(options.Default), options.Default);
        }

        foreach (var (tenant, target) in options.TenantDefaults)
        {
            var key = $"{nameof(options.TenantDefaults)}:{tenant}";
            checks.Require(Name().IsMatch(tenant), key, tenant, $"names a tenant and {NameRule}");
            CheckTarget(checks, options, key, target);
        }

        foreach (var (model, factor) in options.Cost)
        {
            var key = $"{nameof(options.Cost)}:{model}";
            checks.Require(served.TryGet(model, out _), key, model, $"must be a model that is served: {_ids}");
            checks.Range(key, factor, LeastCost, MostCost);
        }

        foreach (var (rollOut, two) in options.RollOuts)
        {
            Check(checks, $"{nameof(options.RollOuts)}:{rollOut}", rollOut, two);
        }

        return checks.Result;
    }

    private void Check(OptionChecks checks, string key, string name, RollOutOptions two)
    {
        checks.Require(Name().IsMatch(name), key, name, NameRule);
        checks.Require(
            !served.TryGet(name, out _), key, name, "must not be a model's id: each model keeps a name of its own");
        CheckModel(checks, $"{key}:{nameof(two.Stable)}", two.Stable);
        if (two.Candidate.Length > 0)
        {
            CheckModel(checks, $"{key}:{nameof(two.Candidate)}", two.Candidate);
        }

        checks.Require(
            two.Candidate != two.Stable, $"{key}:{nameof(two.Candidate)}", two.Candidate, "must differ from Stable");
        checks.Range($"{key}:{nameof(two.Share)}", two.Share, 0, 1);
        checks.Require(
            two.Candidate.Length > 0 || two.Share == 0,
            $"{key}:{nameof(two.Share)}",
            two.Share,
            "has no meaning without Candidate");
        checks.Require(
            two.Candidate.Length > 0 || two.Tenants.Length == 0,
            $"{key}:{nameof(two.Tenants)}",
            two.Tenants,
            "has no meaning without Candidate");
        checks.Require(
            two.TenantNames().All(tenant => Name().IsMatch(tenant)),
            $"{key}:{nameof(two.Tenants)}",
            two.Tenants,
            $"has a tenant that is none: each {NameRule}");
    }

    private void CheckModel(OptionChecks checks, string key, string id) =>
        checks.Require(served.TryGet(id, out _), key, id, $"must be a model that is served: {_ids}");

    private void CheckTarget(OptionChecks checks, ModelChoiceOptions options, string key, string target) => checks.Require(
        served.TryGet(target, out _) || options.RollOuts.ContainsKey(target),
        key,
        target,
        $"must be a model that is served ({_ids}) or the name of a roll-out");

    [GeneratedRegex("^[a-z0-9-]{1,63}\\z")]
    private static partial Regex Name();
}
