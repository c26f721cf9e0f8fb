"""The line itself, pure: values in, values out; no clock, no network, no files, no logging.

Read the rooms in this order: rules, message, verdict, contact, job_application, policy, plan, life, tone, draft,
answer, lesson. A room imports only from rooms named before it.
"""
