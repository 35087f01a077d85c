{{/*
What an older cluster has not. Clusters are asked for the API itself; helm template without a cluster claims to have
all of them, and only --kube-version tells it more. So both must be right.
*/}}

{{/* "true" from a Kubernetes version on: (dict "root" $ "version" "1.30"). */}}
{{- define "segmentation.since" -}}
{{- if semverCompare (printf ">=%s-0" .version) .root.Capabilities.KubeVersion.Version }}true{{ end }}
{{- end }}

{{- define "segmentation.autoscalingVersion" -}}
{{- $has := .Capabilities.APIVersions.Has "autoscaling/v2" }}
{{- $isNew := include "segmentation.since" (dict "root" . "version" "1.23") }}
{{- if and $has $isNew }}autoscaling/v2{{ else }}autoscaling/v2beta2{{ end }}
{{- end }}

{{/* policy/v1 is older than its PodDisruptionBudget, which only clusters list. */}}
{{- define "segmentation.policyVersion" -}}
{{- $has := .Capabilities.APIVersions.Has "policy/v1/PodDisruptionBudget" }}
{{- $isNew := include "segmentation.since" (dict "root" . "version" "1.21") }}
{{- if or $has (and $isNew (.Capabilities.APIVersions.Has "policy/v1")) }}policy/v1{{ else }}policy/v1beta1{{ end }}
{{- end }}
