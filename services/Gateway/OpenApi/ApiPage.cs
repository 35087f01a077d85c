namespace Segmentation.Gateway.OpenApi;

/// <summary>
/// The additions of the page at <c>/docs</c> to Swagger UI: colours of enough contrast, landmarks, names and heading
/// levels, so that weak eyes and screen readers can read the page.
/// </summary>
internal static class ApiPage
{
    /// <summary>Content of the style element.</summary>
    public const string Style = """
        html:not(.dark-mode) .swagger-ui .info .title small { background: #4b5563; }
        html:not(.dark-mode) .swagger-ui .info .title small.version-stamp { background: #2f6b09; }
        html:not(.dark-mode) .swagger-ui .info .url { color: #1d5fa8; }
        html:not(.dark-mode) .swagger-ui .info__license__url a { color: #1d5fa8; }
        html:not(.dark-mode) .swagger-ui .parameter__in { color: #595959; }
        html:not(.dark-mode) .swagger-ui .btn.authorize { color: #14704a; border-color: #14704a; }
        html:not(.dark-mode) .swagger-ui .btn.authorize svg { fill: #14704a; }
        .swagger-ui .info .title small pre.version { color: #fff; background: none; }
        .swagger-ui .opblock .opblock-summary-method { color: #fff; text-shadow: none; }
        .swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1d5fa8; }
        .swagger-ui .opblock.opblock-post .opblock-summary-method { background: #14704a; }
        .swagger-ui .opblock.opblock-put .opblock-summary-method { background: #8a5300; }
        .swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #b3261e; }
        .swagger-ui .opblock.opblock-patch .opblock-summary-method { background: #0b6468; }
        .swagger-ui .opblock.opblock-head .opblock-summary-method { background: #5b3fa0; }
        """;

    /// <summary>Content of the script element.</summary>
    public const string Script = """
        const levels = { '.opblock-tag': 2, '.models > h4': 2, '.opblock h4': 3, '.opblock h5': 4 };
        const regions = { '.information-container': 'API', '.scheme-container': 'Server' };
        new MutationObserver(() => {
          for (const [region, label] of Object.entries(regions)) {
            document.querySelector(region)?.setAttribute('role', 'region');
            document.querySelector(region)?.setAttribute('aria-label', label);
          }
          document.querySelector('#servers')?.setAttribute('aria-label', 'Server');
          for (const [heading, level] of Object.entries(levels)) {
            document.querySelectorAll(heading).forEach((element) => element.setAttribute('aria-level', level));
          }
        }).observe(document, { childList: true, subtree: true });
        """;

    /// <summary>The elements that go into the page's head.</summary>
    public const string Head = $"<style>{Style}</style><script>{Script}</script>";
}
