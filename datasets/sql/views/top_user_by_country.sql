-- one row per country and poster with the most followers there; ties give several
with followed as (
  select
    g.country,
    p.poster_name,
    max(p.follower_count) as follower_count
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
  where g.country is not null and p.poster_name is not null and p.follower_count is not null
  group by g.country, p.poster_name
),
ranked as (
  select
    f.country,
    f.poster_name,
    f.follower_count,
    rank() over (partition by f.country order by f.follower_count desc nulls last) as place
  from followed as f
)
select
  r.country,
  r.poster_name,
  r.follower_count
from ranked as r
where r.place = 1
order by r.country nulls last, r.poster_name nulls last
