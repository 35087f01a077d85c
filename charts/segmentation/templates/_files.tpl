{{/* The Secret of a certificate: (dict "root" $ "purpose" "cluster" "values" <its values>). Empty: there is none. */}}
{{- define "segmentation.certificateSecret" -}}
{{- if .values.existingSecret }}
{{- .values.existingSecret }}
{{- else if .values.certManager.enabled }}
{{- include "segmentation.fullname" .root }}-{{ .purpose }}-tls
{{- end }}
{{- end }}

{{- define "segmentation.publicTls" -}}
{{- include "segmentation.certificateSecret" (dict "root" . "purpose" "public" "values" .Values.tls.public) }}
{{- end }}

{{- define "segmentation.clusterTls" -}}
{{- include "segmentation.certificateSecret" (dict "root" . "purpose" "cluster" "values" .Values.tls.cluster) }}
{{- end }}

{{/* Of the built-in servers. */}}
{{- define "segmentation.redisTls" -}}
{{- if .Values.redis.builtIn.enabled }}
{{- include "segmentation.certificateSecret" (dict "root" . "purpose" "redis" "values" .Values.redis.builtIn.tls) }}
{{- end }}
{{- end }}

{{/* The Secret with the built-in servers' password. */}}
{{- define "segmentation.redisSecret" -}}
{{- .Values.redis.builtIn.existingSecret | default (printf "%s-redis" (include "segmentation.fullname" .)) }}
{{- end }}

{{- define "segmentation.clusterId" -}}
{{- .Values.clusterId | default (printf "%s-%s" .Release.Namespace (include "segmentation.fullname" .)) }}
{{- end }}

{{/*
The files of a tier, as a list: the volume, its Secret, and which key of the Secret becomes which file. Volume v is
mounted at /etc/segmentation/v. No subPath: the kubelet would not bring renewed files.
*/}}
{{- define "segmentation.files" -}}
{{- $root := .root }}
{{- $values := $root.Values }}
{{- if eq .tier "gateway" }}
{{- with include "segmentation.keysSecret" $root }}
- {volume: keys, secret: {{ . }}, items: { {{- $values.identity.keysFileKey | quote }}: keys.json}}
{{- end }}
- volume: studio-secret
  secret: {{ include "segmentation.studioSecret" $root }}
  items: { {{- $values.identity.studio.secretKey | quote }}: secret}
{{- with include "segmentation.publicTls" $root }}
- {volume: public-tls, secret: {{ . }}, items: {tls.crt: tls.crt, tls.key: tls.key}}
{{- end }}
{{- with $values.tls.public.clientAuthorities }}
{{- if .existingSecret }}
- {volume: client-authorities, secret: {{ .existingSecret }}, items: { {{- .key | quote }}: ca.crt}}
{{- end }}
{{- end }}
{{- end }}
{{- if eq .tier "projects" }}
{{- include "segmentation.projectsFiles" $root }}
{{- end }}
{{- with include "segmentation.clusterTls" $root }}
- {volume: cluster-tls, secret: {{ . }}, items: {tls.crt: tls.crt, tls.key: tls.key, ca.crt: ca.crt}}
{{- end }}
{{- if $values.redis.builtIn.enabled }}
- volume: redis-password
  secret: {{ include "segmentation.redisSecret" $root }}
  items: { {{- $values.redis.builtIn.passwordKey | quote }}: password}
{{- with include "segmentation.redisTls" $root }}
- {volume: redis-authorities, secret: {{ . }}, items: {ca.crt: ca.crt}}
{{- end }}
{{- else }}
{{- with $values.redis.external.authorities }}
{{- if .existingSecret }}
- {volume: redis-authorities, secret: {{ .existingSecret }}, items: { {{- .key | quote }}: ca.crt}}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "segmentation.fileVolumes" -}}
{{- range include "segmentation.files" . | fromYamlArray }}
- name: {{ .volume }}
  secret:
    secretName: {{ .secret }}
    items:
      {{- range $key, $path := .items }}
      - {key: {{ $key | quote }}, path: {{ $path }}}
      {{- end }}
{{- end }}
{{- end }}

{{- define "segmentation.fileMounts" -}}
{{- range include "segmentation.files" . | fromYamlArray }}
- {name: {{ .volume }}, mountPath: /etc/segmentation/{{ .volume }}, readOnly: true}
{{- end }}
{{- end }}

{{/* Options that name the files. */}}
{{- define "segmentation.fileEnv" -}}
{{- $options := dict
  "keys" (dict "Identity__KeysFile" "keys.json")
  "studio-secret" (dict "Identity__Studio__KeyRingFile" "secret")
  "public-tls" (dict "Endpoints__Tls__CertificateFile" "tls.crt" "Endpoints__Tls__KeyFile" "tls.key")
  "client-authorities" (dict "Endpoints__Tls__ClientAuthoritiesFile" "ca.crt")
  "cluster-tls" (dict "Cluster__Tls__CertificateFile" "tls.crt" "Cluster__Tls__KeyFile" "tls.key"
    "Cluster__Tls__AuthoritiesFile" "ca.crt")
  "gateway-key" (dict "Projects__Gateway__KeyFile" "key")
  "gateway-authorities" (dict "Projects__Gateway__AuthoritiesFile" "ca.crt")
  "store-secret" (dict "Projects__Store__SecretAccessKeyFile" "secret")
  "store-authorities" (dict "Projects__Store__AuthoritiesFile" "ca.crt")
  "redis-password" (dict "Redis__PasswordFile" "password")
  "redis-authorities" (dict "Redis__AuthoritiesFile" "ca.crt") }}
{{- range include "segmentation.files" . | fromYamlArray }}
{{- $volume := .volume }}
{{- range $option, $file := index $options $volume }}
- name: Segmentation__{{ $option }}
  value: /etc/segmentation/{{ $volume }}/{{ $file }}
{{- end }}
{{- end }}
{{- end }}
