namespace Gantry.Daemon.Edge.Pages;

/// <summary>
/// Looks every second whether the edge still has to answer for the service, tells what it says, and loads the page anew
/// once the service is in another state or answers itself. A daemon that is away for a moment is asked again.
/// </summary>
internal static class PageScript
{
    public const string Text = $$"""

        const page = document.querySelector('main'), title = page.querySelector('h1'), detail = page.querySelector('[data-detail]');
        async function look() {
          try {
            const answer = await fetch(location.href, { headers: { '{{EdgeAnswers.Poll}}': '1' }, cache: 'no-store', redirect: 'manual' });
            if (!answer.headers.has('{{EdgeAnswers.Marker}}')) return location.reload();
            const told = await answer.json();
            if (told.title !== title.textContent || (told.state ?? '') !== page.dataset.state) return location.reload();
            detail.textContent = told.detail ?? '';
          } catch { }
          setTimeout(look, 1000);
        }
        setTimeout(look, 1000);

        """;
}
