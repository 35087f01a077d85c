using Microsoft.Extensions.Options;

namespace Segmentation.Embeddings.Configuration;

/// <summary>
/// Puts the section before what a generated validator says. The generator ignores the ErrorMessage of a range
/// (dotnet/runtime issue 123137), so the attributes cannot say it themselves.
/// </summary>
internal sealed class SectionValidator<TOptions> : IValidateOptions<TOptions>
    where TOptions : class
{
    private readonly string _section;
    private readonly IValidateOptions<TOptions> _validator;

    public SectionValidator(string section, IValidateOptions<TOptions> validator)
    {
        _section = section;
        _validator = validator;
    }

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var result = _validator.Validate(name, options);
        return result.Failed
            ? ValidateOptionsResult.Fail(result.Failures.Select(failure => $"{_section}:{failure}"))
            : result;
    }
}
