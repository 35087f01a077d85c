using Microsoft.Extensions.Options;

namespace Segmentation.Embeddings.Configuration;

/// <summary>
/// Puts the section before what a generated validator says. The generator ignores the ErrorMessage of a range
/// (dotnet/runtime issue 123137), so the attributes cannot say it themselves.
/// </summary>
internal sealed class SectionValidator<TOptions>(
    string section, IValidateOptions<TOptions> validator) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var result = validator.Validate(name, options);
        return result.Failed
            ? ValidateOptionsResult.Fail(result.Failures.Select(failure => $"{section}:{failure}"))
            : result;
    }
}
