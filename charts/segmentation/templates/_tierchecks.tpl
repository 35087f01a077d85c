{{- define "segmentation.tierChecks" -}}
{{- $tier := .tier }}
{{- $values := index .root.Values $tier }}
{{- $scaling := $values.autoscaling }}
{{- if and $scaling.enabled (lt (int $scaling.maxReplicas) (int $scaling.minReplicas)) }}
- {{ $tier }}.autoscaling.maxReplicas {{ $scaling.maxReplicas }} is less than minReplicas {{ $scaling.minReplicas }}.
{{ end }}
{{- $pause := dig "preStop" "seconds" 0 $values | int }}
{{- $needed := add $pause $values.drainSeconds }}
{{- if le (int $values.terminationGracePeriodSeconds) (int $needed) }}
- {{ $tier }}.terminationGracePeriodSeconds is {{ $values.terminationGracePeriodSeconds }}, but the pod may take
  {{ $needed }} s to stop (drainSeconds{{ if $pause }} and preStop.seconds{{ end }}) and would be killed with its
  work: raise it to {{ add $needed 10 }}, or lower drainSeconds.
{{ end }}
{{- $rollout := $values.rollout }}
{{- if eq "0/0" (printf "%v/%v" $rollout.maxSurge $rollout.maxUnavailable | replace "%" "") }}
- {{ $tier }}.rollout.maxSurge and maxUnavailable are both 0: a rollout could replace no pod. Set maxSurge: 1.
{{ end }}
{{- if and (eq $tier "decoder") (dig "limits" "cpu" "" $values.resources) }}
- decoder.resources.limits.cpu is set: a throttled silo misses membership probes and is voted out by the others.
  Remove it; decoder.options.Decoder.Workers bounds what a silo uses.
{{ end }}
{{- include "segmentation.budgetChecks" . }}
{{- include "segmentation.extraEnvChecks" . }}
{{- include "segmentation.extraVolumeChecks" . }}
{{- end }}

{{/* A PodDisruptionBudget that never lets a pod go makes every drain of a node wait forever. */}}
{{- define "segmentation.budgetChecks" -}}
{{- $values := index .root.Values .tier }}
{{- $budget := $values.podDisruptionBudget }}
{{- $least := int $values.replicas }}
{{- if $values.autoscaling.enabled }}{{ $least = int $values.autoscaling.minReplicas }}{{ end }}
{{- if and (eq .tier "encoder") $values.keda.enabled }}{{ $least = int $values.keda.minReplicas }}{{ end }}
{{- if not $budget.enabled }}
{{- else if kindIs "invalid" $budget.minAvailable }}
{{- if eq (toString $budget.maxUnavailable | trimSuffix "%") "0" }}
- {{ .tier }}.podDisruptionBudget.maxUnavailable is {{ $budget.maxUnavailable }}: no node with such a pod could be
  drained. Set it to 1.
{{ end }}
{{- else }}
{{- $text := include "segmentation.number" $budget.minAvailable }}
{{- $available := trimSuffix "%" $text | int }}
{{- if hasSuffix "%" $text }}{{ $available = div (add (mul $least $available) 99) 100 | int }}{{ end }}
{{- if ge $available $least }}
- {{ .tier }}.podDisruptionBudget.minAvailable is {{ $text }} of at least {{ $least }}
  pod{{ if ne $least 1 }}s{{ end }}: no node with such a pod could be drained. Use maxUnavailable: 1 (and
  minAvailable: null), or run more pods.
{{ end }}
{{- end }}
{{- end }}

{{/* Of two variables with one name, Kubernetes takes either or refuses both. */}}
{{- define "segmentation.extraEnvChecks" -}}
{{- $tier := .tier }}
{{- $given := dict }}
{{- range (index .root.Values $tier).extraEnv }}
{{- $_ := set $given .name true }}
{{- end }}
{{- range include "segmentation.ownEnv" . | fromYamlArray }}
{{- if hasKey $given .name }}
- {{ $tier }}.extraEnv sets {{ .name }}, which the chart sets from its values: remove it there and set the value.
{{ end }}
{{- end }}
{{- end }}

{{/* A name that the chart has taken makes Kubernetes refuse the Deployment, far from here and in other words. */}}
{{- define "segmentation.extraVolumeChecks" -}}
{{- $tier := .tier }}
{{- $values := index .root.Values $tier }}
{{- $volumes := dict "tmp" true "models" true }}
{{- if eq $tier "projects" }}{{ $volumes = merge $volumes (dict "data" true "scratch" true) }}{{ end }}
{{- range include "segmentation.files" . | fromYamlArray }}
{{- $_ := set $volumes .volume true }}
{{- end }}
{{- range $values.extraVolumes }}
{{- if hasKey $volumes .name }}
- {{ $tier }}.extraVolumes names {{ .name }} a second time, or as the chart names its own: choose another name.
{{ end }}
{{- $_ := set $volumes .name true }}
{{- end }}
{{- range $values.extraVolumeMounts }}
{{- if not (hasKey $volumes .name) }}
- {{ $tier }}.extraVolumeMounts mounts {{ .name }}, which is no volume: add it to {{ $tier }}.extraVolumes.
{{ end }}
{{- end }}
{{- $containers := dict $tier true }}
{{- if eq $tier "projects" }}{{ $_ := set $containers "migrate" true }}{{ end }}
{{- range concat $values.initContainers $values.sidecars }}
{{- if hasKey $containers .name }}
- {{ $tier }}.initContainers and {{ $tier }}.sidecars name {{ .name }} twice, or as the chart names its own: choose
  another name.
{{ end }}
{{- $_ := set $containers .name true }}
{{- end }}
{{- end }}
