using System.Text;
using static UdaSeg.Api.Reports.Markup;

namespace UdaSeg.Api.Studies;

/// <summary>The pictures of a study's report: a row an image, a column an arm.</summary>
internal static class StudyGalleryPart
{
    public static void Append(StringBuilder page, StudyAnswer study, StudyGallery gallery)
    {
        page.Append("<h2>Sample predictions</h2>\n");
        foreach (string sentence in gallery.Missing) page.Append($"<p class=\"note\">{Text(sentence)}</p>\n");
        if (gallery.Rows.Count == 0) return;
        page.Append("<p class=\"soft\">The same images for all arms, spread over the evaluation set. An arm is shown by its first seed that has a result, whose mIoU ");
        page.Append("stands under its name.</p>\n<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"Sample predictions\"><table class=\"shots\">\n<thead><tr>");
        page.Append("<th scope=\"col\">Photograph</th><th scope=\"col\">Truth</th>");
        foreach (StudyArmAnswer arm in study.Arms)
        {
            page.Append($"<th scope=\"col\">{Text(arm.Name)}<br/><span class=\"soft\">{Percent(StudyPredictions.ModelOf(arm)?.Miou)}</span></th>");
        }

        page.Append("</tr></thead>\n<tbody>");
        foreach (StudyGalleryRow row in gallery.Rows) Append(page, study, row);
        page.Append("</tbody></table></div>\n");
    }

    private static void Append(StringBuilder page, StudyAnswer study, StudyGalleryRow row)
    {
        page.Append("<tr>");
        Cell(row.Photo, $"Photograph {row.Sample}");
        Cell(row.Truth, $"Ground truth of {row.Sample}");
        for (int i = 0; i < study.Arms.Count; i++) Cell(row.Predictions[i], $"Prediction of {study.Arms[i].Name} on {row.Sample}");
        page.Append("</tr>\n");

        void Cell(string? picture, string alt) =>
            page.Append(picture is null ? $"<td>{None}</td>" : $"<td><img src=\"{picture}\" alt=\"{Text(alt)}\"/></td>");
    }
}
