namespace Segmentation.Gateway.OpenApi;

/// <summary>
/// What the page at <c>/docs</c> has beside Swagger UI: colours of enough contrast, a landmark and heading levels, so
/// that it can be read with weak eyes and by a screen reader.
/// </summary>
internal static class ApiPage
{
    /// <summary>The elements that go into the page's head.</summary>
    public const string Head = """
        <style>
          html:not(.dark-mode) .swagger-ui .info .title small { background: #4b5563; }
          html:not(.dark-mode) .swagger-ui .info .title small.version-stamp { background: #2f6b09; }
          html:not(.dark-mode) .swagger-ui .info .url { color: #1d5fa8; }
          html:not(.dark-mode) .swagger-ui .parameter__in { color: #595959; }
          .swagger-ui .info .title small pre.version { color: #fff; background: none; }
          .swagger-ui .opblock .opblock-summary-method { color: #fff; text-shadow: none; }
          .swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1d5fa8; }
          .swagger-ui .opblock.opblock-post .opblock-summary-method { background: #14704a; }
          .swagger-ui .opblock.opblock-put .opblock-summary-method { background: #8a5300; }
          .swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #b3261e; }
        </style>
        <script>
          const levels = { '.opblock-tag': 2, '.models > h4': 2, '.opblock h4': 3, '.opblock h5': 4 };
          new MutationObserver(() => {
            const title = document.querySelector('.information-container');
            title?.setAttribute('role', 'region');
            title?.setAttribute('aria-label', 'API');
            for (const [heading, level] of Object.entries(levels)) {
              document.querySelectorAll(heading).forEach((element) => element.setAttribute('aria-level', level));
            }
          }).observe(document, { childList: true, subtree: true });
        </script>
        """;
}
